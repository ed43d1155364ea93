"""What the core says of itself: parameters, levers, fields, metrics and events are declared once and in full."""

from typing import Any

import numpy as np
import pytest
from core_worlds import play, world_of

from greatpowers.core.declare import dtype_of, fields_of, table
from greatpowers.core.ladder import COMMITMENT, EBB, GAIN, HOSTILITY, SEVERITY, Rung
from greatpowers.core.levers import Levers
from greatpowers.core.log import NUMBERS, Event
from greatpowers.core.metrics import METRICS, N_METRICS, Metric
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.trace import N_OPTIONS, N_TRACE, Trace, Weighed, as_columns, trace_rows
from greatpowers.core.world import World


def test_every_parameter_has_a_default_within_its_range_a_unit_and_a_source() -> None:
    for name, default, _, field in fields_of(Parameters):
        assert isinstance(default, float), name  # an int would read the same and be another content
        assert field.low <= default <= field.high, name
        assert field.meaning, name
        assert field.unit, name
        assert field.source, name


def test_packed_parameters_read_as_the_parameters_do() -> None:
    chosen = Parameters(horizon=11.0, true_beliefs=1.0)
    packed = pack(chosen)
    assert {name: getattr(packed, name) for name in Parameters._fields} == chosen._asdict()


@pytest.mark.parametrize("declared", [Levers, *World.__annotations__.values()])
def test_every_field_of_a_table_says_what_it_means_and_starts_at_zero(declared: type) -> None:
    columns: Any = table(declared, (3,))
    for name, _, whole, field in fields_of(declared):
        assert field.meaning, name
        assert field.low <= field.high, name
        assert getattr(columns, name).tolist() == [0, 0, 0]
        assert getattr(columns, name).dtype == (np.int64 if whole else np.float64)


def test_every_metric_is_described_once_and_in_the_order_of_its_column() -> None:
    assert [entry.column for entry in METRICS] == list(Metric)
    assert len(METRICS) == N_METRICS
    assert len({entry.name for entry in METRICS}) == N_METRICS
    for entry in METRICS:
        assert entry.label, entry.name
        assert entry.unit, entry.name
        assert entry.formula, entry.name
        assert entry.source, entry.name


def test_every_kind_of_event_names_its_numbers() -> None:
    assert list(NUMBERS) == list(Event)
    assert all(len(set(names)) == 3 for names in NUMBERS.values())


def test_a_trace_reads_alike_as_a_record_and_as_columns() -> None:
    row = dtype_of(Weighed)
    assert row.itemsize == 8 * N_TRACE
    assert row.names == tuple(column.name.rstrip("_").lower() for column in Trace)
    for column in Trace:
        field, offset = row.fields[column.name.rstrip("_").lower()][:2]
        assert offset == 8 * column
        assert field.shape == ((N_OPTIONS,) if column.name.endswith("_") else ())
    rows = trace_rows((2,))
    rows[1].utility[:] = 1.0, 2.0, 3.0
    rows[1].luck = 0.7
    columns = as_columns(rows)
    assert columns.shape == (2, N_TRACE)
    assert columns[1, Trace.UTILITY_ : Trace.UTILITY_ + 3].tolist() == [1.0, 2.0, 3.0]
    assert columns[1, Trace.LUCK] == 0.7


def test_the_desk_shows_what_the_track_keeps() -> None:
    game = play(world_of([{}, {}], [{"challenger": 0, "host": 1, "rung": 2}]))
    assert game.workspace.trace.tobytes() == game.track.traces[-1].tobytes()


def test_each_rung_of_the_ladder_is_no_less_grave_costly_or_gainful_than_the_one_below() -> None:
    for column in (HOSTILITY, COMMITMENT, GAIN, SEVERITY, -EBB):
        assert len(column) == len(Rung)
        assert (np.diff(column) >= 0).all()
    assert COMMITMENT[Rung.PEACE] == GAIN[Rung.PEACE] == SEVERITY[Rung.PEACE] == 0.0
    assert COMMITMENT[Rung.WAR] == SEVERITY[Rung.WAR] == 1.0
