"""A run folder takes one study, keeps replications whole, and gathers them in order."""

import json
import os
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.columns import read_notes, table_of, write_table, write_text
from experiments.store import MEASURE_COLUMNS, FolderError, Receipt, RunFolder
from experiments.store_schema import RECEIPTS, SCHEMA, NewerSchemaError, migrated

pytestmark = pytest.mark.unit

MANIFEST = {"configuration_hash": "a" * 64}
RECEIPT = Receipt("balance", 7, "identity", "trace", {"optimal": 3}, {"write": 0.5, "simulate": 2.0})
LIVE, OTHER = f"{socket.gethostname().replace('.', '_')}.{os.getpid()}", "another_machine.123"
MEASURES = pd.DataFrame({"measure": ["wait"], "dimension": ["all"], "level": ["all"], "value": [1.5]})


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "run")
    made.claim(MANIFEST)
    return made


def test_a_claimed_folder_is_ready_and_tells_whose_it_is(folder: RunFolder) -> None:
    assert {path.name for path in folder.path.iterdir()} == {"batches", "manifest.json"}
    assert folder.manifest() == {**MANIFEST, "schema": SCHEMA}


def test_documents_are_kept_beside_the_manifest(tmp_path: Path) -> None:
    RunFolder(tmp_path / "run").claim(MANIFEST, {"plan.json": [{"b": 1, "a": None}]})
    assert json.loads((tmp_path / "run" / "plan.json").read_text(encoding="utf-8")) == [{"a": None, "b": 1}]


def test_claiming_again_keeps_the_manifest_of_a_finished_run(folder: RunFolder) -> None:
    folder.write_manifest({**MANIFEST, "trace_hashes": {"balance": ["t"]}})
    folder.claim(MANIFEST)
    assert folder.manifest()["trace_hashes"] == {"balance": ["t"]}


def test_the_manifest_is_sorted_by_key_but_for_its_cells(folder: RunFolder) -> None:
    """The order of hospitals decides who goes where, so a configuration must come back as it was."""
    folder.write_manifest({"cells": [{"z": 1, "y": 2}], "b": {"z": 1, "y": 2}, "a": "é"})
    text = (folder.path / "manifest.json").read_text(encoding="utf-8")
    assert json.dumps(json.loads(text), ensure_ascii=False) == (
        '{"a": "é", "b": {"y": 2, "z": 1}, "cells": [{"z": 1, "y": 2}], "schema": 2}'
    )


def test_another_configuration_is_refused_with_both_hashes(folder: RunFolder) -> None:
    with pytest.raises(FolderError, match=r"run\.folder = '.*run': choose another folder.*aaaaaaaaaa, .*bbbbbbbbbb\)"):
        folder.claim({"configuration_hash": "b" * 64})


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(FolderError, match="choose an empty or a new folder"):
        RunFolder(tmp_path).claim(MANIFEST)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(FolderError, match=r"manifest\.json"):
        RunFolder(tmp_path).claim(MANIFEST)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="choose a folder; this is a file"):
        RunFolder(tmp_path / "file").claim(MANIFEST)


def test_a_place_that_cannot_be_written_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match=r"choose a folder that can be written \(Not a directory\)"):
        RunFolder(tmp_path / "file" / "run").claim(MANIFEST)


def test_a_receipt_is_read_as_it_was_written(folder: RunFolder) -> None:
    written = folder.mark_done(RECEIPT, MEASURES)
    assert folder.receipt("balance", 7) == written == replace(RECEIPT, hashes=written.hashes)
    assert (folder.path / "batches" / "balance-r007.parquet").is_file()


def test_what_is_missing_or_broken_is_not_done(folder: RunFolder) -> None:
    folder.mark_done(RECEIPT, MEASURES)
    batch = folder.path / "batches" / "balance-r007.parquet"
    batch.write_bytes(batch.read_bytes()[:-20])
    assert folder.receipt("balance", 7) is None
    assert folder.receipt("balance", 8) is None


def test_measures_are_gathered_in_the_order_given(folder: RunFolder) -> None:
    receipts = [replace(RECEIPT, cell=cell, replication=r) for cell in ("b", "a") for r in (0, 1)]
    for receipt in reversed(receipts):
        folder.mark_done(receipt, MEASURES.assign(value=float(receipt.replication)))
    gathered = folder.gather(receipts)
    assert list(gathered.columns) == ["cell", "replication", "measure", "dimension", "level", "value"]
    assert gathered["cell"].tolist() == ["b", "b", "a", "a"]
    assert gathered["value"].tolist() == [0.0, 1.0, 0.0, 1.0]
    pd.testing.assert_frame_equal(folder.measures(), gathered)


def test_timings_are_gathered_by_part(folder: RunFolder) -> None:
    folder.mark_done(RECEIPT, MEASURES)
    folder.gather([RECEIPT])
    rows = pd.read_parquet(folder.path / "timings.parquet").values.tolist()
    assert rows == [["balance", 7, "simulate", 2.0], ["balance", 7, "write", 0.5]]


def test_a_study_in_which_everything_failed_has_empty_tables(folder: RunFolder) -> None:
    assert folder.gather([]).empty
    assert pd.read_parquet(folder.path / "timings.parquet").empty


def test_categories_may_stand_for_words_in_measures(folder: RunFolder) -> None:
    folder.mark_done(RECEIPT, MEASURES.astype({"measure": "category", "level": "category"}))
    assert folder.gather([RECEIPT])["level"].tolist() == ["all"]


def test_tables_come_back_equal_marks_split_by_byte_and_words_in_dictionaries(folder: RunFolder) -> None:
    patients = pd.DataFrame(
        {"zone": pd.Categorical(["n", None, "s"]), "acuity": [1, 2, 3], "arrived": [0.5, np.nan, 2]}
    )
    folder.keep_tables("balance", 0, {"patients": patients})
    path = folder.path / "patients" / "balance-r000.parquet"
    pd.testing.assert_frame_equal(pd.read_parquet(path), patients)
    columns = [pq.read_metadata(path).row_group(0).column(i) for i in range(3)]
    assert {column.compression for column in columns} == {"ZSTD"}
    assert "BYTE_STREAM_SPLIT" in columns[2].encodings
    assert all("RLE_DICTIONARY" in column.encodings for column in columns[:2])


def test_sweeping_removes_only_what_was_half_written(folder: RunFolder) -> None:
    folder.mark_done(RECEIPT, MEASURES)
    here, ended = socket.gethostname().replace(".", "_"), subprocess.Popen(["true"])
    ended.wait()
    names = [f".balance-r00{i}.parquet.{who}.partial" for i, who in enumerate((f"{here}.{ended.pid}", LIVE, OTHER))]
    for name in names:
        (folder.path / "batches" / name).write_bytes(b"half")
    folder.sweep()
    left = sorted(path.name for path in (folder.path / "batches").iterdir())
    assert left == sorted(["balance-r007.parquet", *names[1:]])


TABLE = {"patients": pd.DataFrame({"arrived": [1.0, 2.0]})}


@pytest.fixture
def finished(folder: RunFolder) -> Receipt:
    return folder.mark_done(replace(RECEIPT, hashes=folder.keep_tables("balance", 7, TABLE)), MEASURES)


def test_what_is_as_it_was_written_is_intact(folder: RunFolder, finished: Receipt) -> None:
    assert folder.is_intact(finished)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_bit_of_a_table_that_turned_is_found(folder: RunFolder, finished: Receipt, place: float) -> None:
    path = folder.path / "patients" / "balance-r007.parquet"
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1
    path.write_bytes(content)
    assert not folder.is_intact(finished)


def test_other_values_in_a_batch_are_found_though_the_file_can_be_read(folder: RunFolder, finished: Receipt) -> None:
    path = folder.path / "batches" / "balance-r007.parquet"
    notes = read_notes(path) or {}
    rows = pq.read_table(path).to_pandas().assign(value=1.6)
    write_table(table_of(rows, MEASURE_COLUMNS), path, {"receipt": notes["receipt"]})
    assert folder.receipt("balance", 7) == finished
    assert not folder.is_intact(finished)


def test_a_table_that_is_gone_is_found_and_what_is_forgotten_is_not_done(folder: RunFolder, finished: Receipt) -> None:
    (folder.path / "patients" / "balance-r007.parquet").unlink()
    assert not folder.is_intact(finished)
    folder.forget("balance", 7)
    folder.forget("balance", 7)
    assert folder.receipt("balance", 7) is None


def as_version_1(folder: RunFolder) -> None:
    """Write manifest and batch as the first schema had them."""
    path = folder.path / "batches" / "balance-r007.parquet"
    receipt = json.loads((read_notes(path) or {})["receipt"])
    old = {key: value for key, value in receipt.items() if key not in ("hashes", "schema")}
    write_table(pq.read_table(path).replace_schema_metadata(None), path, {"receipt": json.dumps(old)})
    write_text(json.dumps(MANIFEST), folder.path / "manifest.json")


def test_a_folder_of_the_first_schema_is_read(folder: RunFolder, finished: Receipt) -> None:
    as_version_1(folder)
    assert folder.manifest() == {**MANIFEST, "schema": SCHEMA, "measure": "", "names": {}, "data_hashes": {}}
    found = folder.receipt("balance", 7)
    assert found == replace(finished, hashes={})
    assert found is not None
    assert folder.is_intact(found)


def test_a_folder_of_a_later_schema_is_refused_in_words(folder: RunFolder) -> None:
    write_text(json.dumps({**MANIFEST, "schema": SCHEMA + 1}), folder.path / "manifest.json")
    with pytest.raises(FolderError, match="update CityCare"):
        folder.claim(MANIFEST)
    with pytest.raises(NewerSchemaError, match=f"schema {SCHEMA + 1}"):
        migrated({"schema": SCHEMA + 1}, RECEIPTS)


def test_a_file_that_cannot_be_renamed_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_text("old", tmp_path / "note.txt")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_text("new", tmp_path / "note.txt")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("note.txt", "old")]


def test_equal_tables_and_notes_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        table = table_of(pd.DataFrame({"zone": ["n", "s"] * 50, "value": np.arange(100.0)}))
        write_table(table, tmp_path / name, {"receipt": json.dumps({"a": 1})})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (read_notes(tmp_path / "one") or {})["receipt"] == '{"a": 1}'


def test_files_hold_nothing_of_pandas_own(tmp_path: Path) -> None:
    write_table(table_of(pd.DataFrame({"value": [1.0]}, index=[9])), tmp_path / "one")
    assert pq.read_table(tmp_path / "one").equals(pa.table({"value": [1.0]}))
    assert "pandas" not in (read_notes(tmp_path / "one") or {})
