"""Run systems with exact answers through the ordinary engine, and judge what comes out.

`systems` says which there are; `cases` composes them from `conf/exact/`; `gate` runs blocks of replications;
`judge` compares with the formulas of `optimize`; `table` prints.
"""
