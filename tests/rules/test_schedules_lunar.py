"""The Vietnamese lunar calendar agrees with the published tables, also where it differs from the Chinese one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schedules.errors import BadLunarDate
from schedules.lunar import LunarDate, leap_month, lunar_year, tet, to_lunar, to_solar
from schedules.moon_and_sun import lunation_near, new_moon, sun_longitude

# Mùng 1 Tết of each year from 1968 to 2100, and after a stroke the number of its leap month.
PUBLISHED = """
29.01.1968/7 16.02.1969 06.02.1970 27.01.1971/5 15.02.1972 03.02.1973
23.01.1974/4 11.02.1975 31.01.1976/8 18.02.1977 07.02.1978 28.01.1979/6
16.02.1980 05.02.1981 25.01.1982/4 13.02.1983 02.02.1984 21.01.1985/2
09.02.1986 29.01.1987/7 17.02.1988 06.02.1989 27.01.1990/5 15.02.1991
04.02.1992 23.01.1993/3 10.02.1994 31.01.1995/8 19.02.1996 07.02.1997
28.01.1998/5 16.02.1999 05.02.2000 24.01.2001/4 12.02.2002 01.02.2003
22.01.2004/2 09.02.2005 29.01.2006/7 17.02.2007 07.02.2008 26.01.2009/5
14.02.2010 03.02.2011 23.01.2012/4 10.02.2013 31.01.2014/9 19.02.2015
08.02.2016 28.01.2017/6 16.02.2018 05.02.2019 25.01.2020/4 12.02.2021
01.02.2022 22.01.2023/2 10.02.2024 29.01.2025/6 17.02.2026 06.02.2027
26.01.2028/5 13.02.2029 02.02.2030 23.01.2031/3 11.02.2032 31.01.2033/11
19.02.2034 08.02.2035 28.01.2036/6 15.02.2037 04.02.2038 24.01.2039/5
12.02.2040 01.02.2041 22.01.2042/2 10.02.2043 30.01.2044/7 17.02.2045
06.02.2046 26.01.2047/5 14.02.2048 02.02.2049 23.01.2050/3 11.02.2051
01.02.2052/8 18.02.2053 08.02.2054 28.01.2055/6 15.02.2056 04.02.2057
24.01.2058/4 12.02.2059 02.02.2060 21.01.2061/3 09.02.2062 29.01.2063/7
17.02.2064 05.02.2065 26.01.2066/5 14.02.2067 03.02.2068 23.01.2069/4
11.02.2070 31.01.2071/8 19.02.2072 07.02.2073 27.01.2074/6 15.02.2075
05.02.2076 24.01.2077/4 12.02.2078 02.02.2079 22.01.2080/3 09.02.2081
29.01.2082/7 17.02.2083 06.02.2084 26.01.2085/5 14.02.2086 03.02.2087
24.01.2088/4 10.02.2089 30.01.2090/8 18.02.2091 07.02.2092 27.01.2093/6
15.02.2094 05.02.2095 25.01.2096/4 12.02.2097 01.02.2098 21.01.2099/2
09.02.2100
"""


def published() -> list[tuple[date, int | None]]:
    rows = []
    for entry in PUBLISHED.split():
        day, _, leap = entry.partition("/")
        number, month, year = map(int, day.split("."))
        rows.append((date(year, month, number), int(leap) if leap else None))
    return rows


def test_every_tet_and_every_leap_month_since_1968_is_that_of_the_published_tables() -> None:
    rows = published()
    assert len(rows) == 133
    assert [(tet(day.year), leap_month(day.year)) for day, _ in rows] == rows


@pytest.mark.parametrize(
    ("year", "vietnam", "china"),
    [
        (1968, date(1968, 1, 29), date(1968, 1, 30)),
        (1969, date(1969, 2, 16), date(1969, 2, 17)),
        (1985, date(1985, 1, 21), date(1985, 2, 20)),
        (2007, date(2007, 2, 17), date(2007, 2, 18)),
        (2030, date(2030, 2, 2), date(2030, 2, 3)),
        (2053, date(2053, 2, 18), date(2053, 2, 19)),
    ],
)
def test_tet_is_not_the_chinese_new_year_where_the_two_calendars_differ(year: int, vietnam: date, china: date) -> None:
    assert tet(year) == vietnam
    assert lunar_year(year, zone=8)[0].first == china


def test_the_leap_month_of_1987_is_the_seventh_in_vietnam_and_the_sixth_in_china() -> None:
    assert leap_month(1987) == 7
    assert [month.number for month in lunar_year(1987, zone=8) if month.leap] == [6]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 4, 26), LunarDate(2026, 3, 10)),  # giỗ Tổ Hùng Vương
        (date(2025, 4, 7), LunarDate(2025, 3, 10)),
        (date(2024, 4, 18), LunarDate(2024, 3, 10)),
        (date(2023, 4, 29), LunarDate(2023, 3, 10)),  # after a leap second month
        (date(2025, 9, 6), LunarDate(2025, 7, 15)),  # rằm tháng bảy
        (date(2024, 9, 17), LunarDate(2024, 8, 15)),  # trung thu
        (date(2026, 2, 16), LunarDate(2025, 12, 29)),  # a year without ngày 30 Tết
        (date(2024, 2, 9), LunarDate(2023, 12, 30)),
        (date(2025, 7, 25), LunarDate(2025, 6, 1, leap=True)),
        (date(2033, 12, 22), LunarDate(2033, 11, 1, leap=True)),
    ],
)
def test_known_days_have_their_lunar_names(day: date, name: LunarDate) -> None:
    assert to_lunar(day) == name
    assert to_solar(name) == day


@given(some.dates(date(1901, 1, 1), date(2100, 12, 31)))
def test_every_day_has_one_lunar_name_and_the_name_leads_back(day: date) -> None:
    assert to_solar(to_lunar(day)) == day


@given(some.dates(date(1901, 1, 1), date(2100, 12, 30)))
def test_the_day_after_is_the_next_of_the_month_or_the_first_of_another(day: date) -> None:
    today, tomorrow = to_lunar(day), to_lunar(day + timedelta(1))
    if tomorrow.day != 1:
        assert tomorrow == LunarDate(today.year, today.month, today.day + 1, today.leap)
    else:
        assert today.day in (29, 30)
        assert tomorrow.month == today.month % 12 + 1 or (tomorrow.leap and tomorrow.month == today.month)


def test_years_join_without_a_gap_and_hold_their_solstice_in_month_eleven() -> None:
    for year in range(1900, 2100):
        months = lunar_year(year)
        assert [month.number for month in months if not month.leap] == list(range(1, 13))
        assert {month.length for month in months} <= {29, 30}
        assert months[-1].last + timedelta(1) == lunar_year(year + 1)[0].first
        eleventh = next(month for month in months if month.number == 11)
        assert eleventh.first <= date(year, 12, 23) and eleventh.last >= date(year, 12, 21)


@pytest.mark.parametrize(
    "unknown",
    [LunarDate(2024, 12, 30), LunarDate(2024, 6, 1, leap=True), LunarDate(2024, 13, 1), LunarDate(1899, 1, 1)],
)
def test_a_lunar_day_that_does_not_exist_is_refused(unknown: LunarDate) -> None:
    with pytest.raises(BadLunarDate):
        to_solar(unknown)


def test_days_outside_the_known_years_are_refused() -> None:
    for day in (date(1899, 12, 31), date(2101, 1, 1)):
        with pytest.raises(BadLunarDate):
            to_lunar(day)


def test_new_moons_fall_on_the_minute_that_the_almanac_gives() -> None:
    # 18:14 on 6 January 2000 and 18:21 on 8 April 2024 (a solar eclipse), universal time.
    for day, minutes in ((date(2000, 1, 6), 18 * 60 + 14), (date(2024, 4, 8), 18 * 60 + 21)):
        midnight = day.toordinal() + 1721424.5
        found = (new_moon(lunation_near(midnight + 0.7)) - midnight) * 1440
        assert abs(found - minutes) < 1


def test_the_sun_stands_at_its_solstices_and_equinoxes_when_the_almanac_says() -> None:
    # December solstice 2024, 09:21; March equinox 2025, 09:01; June solstice 2025, 02:42, universal time.
    for day, hour, longitude in (
        (date(2024, 12, 21), 9 + 21 / 60, 270),
        (date(2025, 3, 20), 9 + 1 / 60, 0),
        (date(2025, 6, 21), 2 + 42 / 60, 90),
    ):
        off = (sun_longitude(day.toordinal() + 1721424.5 + hour / 24) - longitude + 180) % 360 - 180
        assert abs(off) < 360 / 365 / 1440
