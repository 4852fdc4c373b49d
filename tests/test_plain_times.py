"""Times, durations and large integers of plain Go cells, for which Python has classes of its own."""

import datetime
import zoneinfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gomagic
from gomagic import GoWriteError

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

SOURCE = """
func Later(t time.Time, d time.Duration) time.Time { return t.Add(d) }
func Since(t, u time.Time) time.Duration           { return t.Sub(u) }
func Nanos(t time.Time) (seconds int64, nanos int) { return t.Unix(), t.Nanosecond() }
func Length(d time.Duration) int64                 { return int64(d) }
func Total(ds []time.Duration) (total time.Duration) {
	for _, d := range ds { total += d }
	return
}
func Named(t map[string]time.Time) map[string]time.Time { return t }
func Zone(t time.Time) string {
	name, offset := t.Zone()
	return fmt.Sprint(t.Location(), name, offset)
}
func Nothing() (time.Time, time.Duration)               { return time.Time{}, 0 }
func Far() time.Time                                    { return time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC) }
func In(seconds int64, zone string) (time.Time, error) {
	place, err := time.LoadLocation(zone)
	if err != nil { return time.Time{}, err }
	return time.Unix(seconds, 999).In(place), nil
}
func Fixed() time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("XYZ", 5400)) }
var Timeout = 3 * time.Second
const Tick = 2 * time.Millisecond

func Add(a, b *big.Int) *big.Int        { return new(big.Int).Add(a, b) }
func Power(a big.Int, n int) (r big.Int) { r.Exp(&a, big.NewInt(int64(n)), nil); return }
func Sum(xs []*big.Int) *big.Int {
	sum := new(big.Int)
	for _, x := range xs { sum.Add(sum, x) }
	return sum
}
func Factors(m map[string]big.Int) map[string]big.Int { return m }
func None() *big.Int                    { return nil }
func IsNil(x *big.Int) bool             { return x == nil }
func Increment(x *big.Int)              { x.Add(x, big.NewInt(1)) }
"""
UTC = datetime.timezone.utc


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "times")


def test_durations_are_timedeltas(go):
    assert go.Total([datetime.timedelta(days=1), datetime.timedelta(microseconds=-3)]) == datetime.timedelta(
        days=1, microseconds=-3
    )
    assert go.Length(datetime.timedelta(microseconds=1)) == 1000
    assert go.Timeout == datetime.timedelta(seconds=3)
    assert go.Tick == datetime.timedelta(milliseconds=2)
    go.Timeout = datetime.timedelta(minutes=1)
    assert go.Timeout.total_seconds() == 60


@pytest.mark.parametrize(
    ("value", "nanoseconds"),
    [
        (np.timedelta64(5, "ns"), 5),
        (np.timedelta64(-5, "us"), -5000),
        (np.timedelta64(3, "h"), 3 * 3600 * 10**9),
        (np.timedelta64(2, "W"), 14 * 86400 * 10**9),
        (np.timedelta64(25, "10ms"), 250_000_000),
        (np.timedelta64(7000, "ps"), 7),
        (pd.Timedelta(7, "ns"), 7),
    ],
)
def test_numpys_durations_are_exact(go, value, nanoseconds):
    assert go.Length(value) == nanoseconds


def test_finer_parts_than_microseconds_are_cut_off(go):
    assert go.Total([np.timedelta64(1999, "ns")]) == datetime.timedelta(microseconds=1)
    assert go.Total([np.timedelta64(-1999, "ns")]) == datetime.timedelta(microseconds=-1)
    assert go.Later(np.datetime64("2024-01-01T00:00:00.123456789"), np.timedelta64(0, "ns")) == datetime.datetime(
        2024, 1, 1, 0, 0, 0, 123456, UTC
    )


def test_times_are_datetimes_with_a_zone(go):
    start = datetime.datetime(2024, 2, 29, 12, 0, 0, 5, UTC)
    later = go.Later(start, datetime.timedelta(hours=1))
    assert (later, later.tzinfo) == (start + datetime.timedelta(hours=1), UTC)
    assert go.Since(later, start) == datetime.timedelta(hours=1)
    assert go.Named({"a": start}) == {"a": start}
    assert go.Nothing() == (datetime.datetime(1, 1, 1, tzinfo=UTC), datetime.timedelta(0))


def test_zones_keep_their_names(go):
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    summer = datetime.datetime(2024, 7, 1, tzinfo=berlin)
    assert go.Zone(summer) == "Europe/BerlinCEST7200"
    same = go.Later(summer, datetime.timedelta(0))
    assert (same, same.tzinfo) == (summer, berlin)
    assert go.In(0, "America/New_York").isoformat() == "1969-12-31T19:00:00-05:00"
    fixed = go.Fixed()
    assert (fixed.utcoffset(), fixed.tzname()) == (datetime.timedelta(seconds=5400), "XYZ")
    assert go.Later(fixed, datetime.timedelta(0)) == fixed


@pytest.mark.parametrize(
    ("value", "nanos"),
    [
        (np.datetime64("2024-01-01T00:00:00.000000007"), 7),
        (np.datetime64("2024-01-01"), 0),
        (np.datetime64("2024"), 0),
        (pd.Timestamp("2024-01-01", tz="UTC") + pd.Timedelta(9, "ns"), 9),
    ],
)
def test_numpys_times_are_exact(go, value, nanos):
    assert go.Nanos(value) == (1704067200, nanos)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda go: go.Nanos(datetime.datetime(2024, 1, 1)),
            "TypeError: Nanos(t): `t` has no time zone, and Go's time.Time has one\n"
            "  hint: write `t.astimezone()` if it is this machine's time, `.replace(tzinfo=…)` if another's",
        ),
        (
            lambda go: go.Nanos(datetime.date(2024, 1, 1)),
            "TypeError: Nanos(t): `t` is datetime.date, Go wants time.Time\n  hint: pass a datetime with a time zone",
        ),
        (
            lambda go: go.Length(5),
            "TypeError: Length(d): `d` is int, Go wants time.Duration\n  hint: pass a timedelta",
        ),
        (
            lambda go: go.Total([np.timedelta64("NaT")]),
            "TypeError: Total(ds): `ds[0]` is NaT, Go wants time.Duration\n  hint: fill in or drop what is missing",
        ),
        (
            lambda go: go.Nanos(pd.NaT),
            "TypeError: Nanos(t): `t` is NaT, Go wants time.Time\n  hint: fill in or drop what is missing",
        ),
        (
            lambda go: go.Length(datetime.timedelta(days=200000)),
            "OverflowError: Length(d): `d` is 200000 days, 0:00:00, which does not fit\n"
            "  note: time.Duration holds ±292 years",
        ),
        (lambda go: go.Add(1.5, 1), "TypeError: Add(a, b): `a` is float, Go wants *big.Int"),
        (
            lambda go: go.Power(None, 1),
            "TypeError: Power(a, n): `a` is NoneType, Go wants big.Int\n  hint: fill in or drop what is missing",
        ),
    ],
)
def test_what_is_refused_says_why(go, call, message):
    with pytest.raises((TypeError, OverflowError)) as refused:
        call(go)
    assert f"{type(refused.value).__name__}: {refused.value}" == message


def test_a_time_that_python_cannot_have_is_an_overflow_error(go):
    with pytest.raises(OverflowError, match="is beyond what a datetime holds"):
        go.Far()


def test_large_integers_are_ints_of_any_size(go):
    large = 3**500
    assert go.Add(large, -1) == large - 1
    assert go.Power(-7, 301) == (-7) ** 301
    assert go.Sum([large, -large, 0, np.int64(5)]) == 5
    assert go.Factors({"a": -large, "b": 0}) == {"a": -large, "b": 0}
    assert (go.None_ if hasattr(go, "None_") else getattr(go, "None"))() is None
    assert (go.IsNil(None), go.IsNil(0)) == (True, False)


def test_a_write_to_an_int_is_refused(go):
    with pytest.raises(GoWriteError) as refused:
        go.Increment(5)
    assert str(refused.value) == "Increment(x): Go wrote to `x`, but an int cannot change\n  hint: return the number"


@settings(max_examples=100)
@given(
    st.datetimes(
        datetime.datetime(1, 1, 2),
        datetime.datetime(9999, 12, 30),
        timezones=st.timezones() | st.just(UTC),
        allow_imaginary=False,
    ),
    st.timedeltas(datetime.timedelta(days=-100_000), datetime.timedelta(days=100_000)),
    st.integers(),
)
def test_values_come_back_as_they_were(go, time, duration, number):
    assert go.Later(time, datetime.timedelta(0)) == time
    assert go.Later(time, datetime.timedelta(0)).utcoffset() == time.utcoffset()
    assert go.Total([duration]) == duration
    assert go.Sum([number]) == number
