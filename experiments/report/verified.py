"""Say when a run was last verified, and with what result."""

from experiments.report.catalogue import _
from experiments.report.folder import StoredRun
from experiments.verify.record import read_record


def verified_sentence(run: StoredRun) -> str:
    """Return when `citycare verify` last compared this run with its tables, and what it found."""
    record = read_record(run.path)
    if record is None:
        return _("Not verified yet: `citycare verify` recomputes every number of this page from the tables of the run.")
    found = (
        _("everything agreed")
        if not record.n_mismatches
        else _("{n} values did not agree").format(n=f"{record.n_mismatches:,}")
    )
    text = _(
        "Last verified on {moment} (UTC) by CityCare {version}: {n_measured} of {n_measures} values were measured again"
        " from the tables, {n_compared} values of comparisons were computed again, {n_replayed} replications were run"
        " again; {found}."
    )
    counts = {name: f"{getattr(record, name):,}" for name in ("n_measured", "n_measures", "n_compared", "n_replayed")}
    moment = record.verified.replace("T", " ").removesuffix("+00:00")
    return text.format(moment=moment, version=record.version, found=found, **counts)
