"""Move a scenario as a compiled program: tables of numbers, advanced by machine code, to the same trace as the stories.

The stories of `sim.network` are the reference; `sim.compiled.support` says which scenarios both engines can move.
"""
