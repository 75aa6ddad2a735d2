"""The reference centre is a planning folder without a blemish, the same for the same seed."""

import hashlib

import pandas as pd
import pytest

from planning.files.folder import read_folder
from planning.reference.write import TRUTH_FILE, write_reference


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("reference") / "centre"
    write_reference(path)
    return path


def digest(path):
    whole = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file():
            whole.update(file.relative_to(path).as_posix().encode() + file.read_bytes())
    return whole.hexdigest()


def test_the_reader_has_nothing_to_remark(written):
    folder = read_folder(written)
    assert folder.notices == ()
    assert len([agent for agent in folder.agents if agent.pool == "core"]) == 50
    assert len(folder.centre.queues) == 15
    assert len(folder.events) == 5


def test_the_truth_lies_beside(written):
    truth = pd.read_csv(written / TRUTH_FILE)
    assert len(truth) == 55 * 15
    assert truth["fcr"].between(0, 1).all()


def test_the_same_seed_gives_the_same_bytes(written, tmp_path):
    write_reference(tmp_path / "again")
    assert digest(tmp_path / "again") == digest(written)
