"""Offer a page on which a planner asks a question, moves sliders, runs it and compares what came of it.

It needs nothing but the standard library and what a report needs (`docs/design.md` says why). `choices` says what can be
changed, `asked` what somebody asks for, `weighing` what that would take, `variants` keeps it, `turns` and `running` run it,
`sharpening` reads what is known so far, `drawing` and `pages` show it, `doors` and `server` let in who knows the token.
"""
