"""Offer a page on which a planner asks a question, moves sliders, runs it and compares what came of it.

It needs nothing but the standard library and what a report needs (`docs/design.md` says why). `shelf` and `choices` say
what can be changed, `asked` what somebody asks for, `weighing` what that would take, `variants` keeps it, `turns` and
`running` run it, `sharpening` and `comparing` read what is known, `drawing` and `pages` show it, `desk` answers,
`doors` and `server` let in who knows the token, `serving` starts and ends it all.
"""
