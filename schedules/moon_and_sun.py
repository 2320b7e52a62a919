"""New moons and the sun's longitude.

The moon after Jean Meeus, "Astronomical Algorithms", 2nd edition, chapter 49; the sun after Bretagnon and Simon,
"Planetary Programs and Tables from -4000 to +2800". Moments are Julian days in universal time. Between 1900 and 2100
both are right within a minute, as far as the turning of the earth can be foretold.
"""

from __future__ import annotations

from math import cos, degrees, fmod, radians, sin

_J2000 = 2451545.0
_DAYS_PER_CENTURY = 36525.0
_SYNODIC_MONTH = 29.530588861
_FIRST_NEW_MOON = 2451550.09766

# (coefficient in days, power of the eccentricity, multiples of M, M' and F)
_PERIODIC: tuple[tuple[float, int, int, int, int], ...] = (
    (-0.40720, 0, 0, 1, 0),
    (0.17241, 1, 1, 0, 0),
    (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0),
    (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0),
    (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2),
    (-0.00024, 1, -1, 2, 0),
    (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0),
    (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2),
    (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2),
    (-0.00002, 0, 1, 3, 0),
    (0.00002, 0, 0, 4, 0),
)

# (coefficient in days, degrees at the epoch, degrees per lunation)
_PLANETARY: tuple[tuple[float, float, float], ...] = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)

# (size in ten-millionths of a radian, degrees at the epoch, degrees per century)
_SWING: tuple[tuple[int, float, float], ...] = (
    (403406, 270.54861, 0.9287892),
    (195207, 340.19128, 35999.1376958),
    (119433, 63.91854, 35999.4089666),
    (112392, 331.2622, 35998.7287385),
    (3891, 317.843, 71998.20261),
    (2819, 86.631, 71998.4403),
    (1721, 240.052, 36000.35726),
    (660, 310.26, 71997.4812),
    (350, 247.23, 32964.4678),
    (334, 260.87, -19.441),
    (314, 297.82, 445267.1117),
    (268, 343.14, 45036.884),
    (242, 166.79, 3.1008),
    (234, 81.53, 22518.4434),
    (158, 3.5, -19.9739),
    (132, 132.75, 65928.9345),
    (129, 182.95, 9038.0293),
    (114, 162.03, 3034.7684),
    (99, 29.8, 33718.148),
    (93, 266.4, 3034.448),
    (86, 249.2, -2280.773),
    (78, 157.6, 29929.992),
    (72, 257.8, 31556.493),
    (68, 185.1, 149.588),
    (64, 69.9, 9037.75),
    (46, 8.0, 107997.405),
    (38, 197.1, -4444.176),
    (37, 250.4, 151.771),
    (32, 65.3, 67555.316),
    (29, 162.7, 31556.08),
    (28, 341.5, -4561.54),
    (27, 291.6, 107996.706),
    (27, 98.5, 1221.655),
    (25, 146.7, 62894.167),
    (24, 110.0, 31437.369),
    (21, 5.2, 14578.298),
    (21, 342.6, -31931.757),
    (20, 230.9, 34777.243),
    (18, 256.1, 1221.999),
    (17, 45.3, 62894.511),
    (14, 242.9, -4442.039),
    (13, 115.2, 107997.909),
    (13, 151.8, 119.066),
    (13, 285.3, 16859.071),
    (12, 53.3, -4.578),
    (10, 126.6, 26895.292),
    (10, 205.7, -39.127),
    (10, 85.9, 12297.536),
    (10, 146.1, 90073.778),
)

# After Espenak and Meeus: (last year, year that t counts from, coefficients of t in seconds, lowest power first)
_TIME_DIFFERENCE: tuple[tuple[float, float, tuple[float, ...]], ...] = (
    (1920, 1900, (-2.79, 1.494119, -0.0598939, 0.0061966, -0.000197)),
    (1941, 1920, (21.20, 0.84493, -0.076100, 0.0020936)),
    (1961, 1950, (29.07, 0.407, -1 / 233, 1 / 2547)),
    (1986, 1975, (45.45, 1.067, -1 / 260, -1 / 718)),
    (2005, 2000, (63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599)),
    (2050, 2000, (62.92, 0.32217, 0.005589)),
    (2200, 1820, (-205.724, 0.5628, 0.0032)),
)


def new_moon(lunation: int) -> float:
    """The Julian day of the new moon that is `lunation` months after that of 6 January 2000."""
    k = float(lunation)
    t = k * _SYNODIC_MONTH / _DAYS_PER_CENTURY
    mean = _FIRST_NEW_MOON + _SYNODIC_MONTH * k + _series(t, (0, 0, 0.00015437, -0.000000150, 0.00000000073))
    sun = 2.5534 + 29.10535670 * k + _series(t, (0, 0, -0.0000014, -0.00000011))
    moon = 201.5643 + 385.81693528 * k + _series(t, (0, 0, 0.0107582, 0.00001238, -0.000000058))
    latitude = 160.7108 + 390.67050284 * k + _series(t, (0, 0, -0.0016118, -0.00000227, 0.000000011))
    node = 124.7746 - 1.56375588 * k + _series(t, (0, 0, 0.0020672, 0.00000215))
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t * t
    correction = -0.00017 * _sine(node)
    for size, power, of_sun, of_moon, of_latitude in _PERIODIC:
        angle = of_sun * sun + of_moon * moon + of_latitude * latitude
        correction += size * eccentricity**power * _sine(angle)
    for size, start, speed in _PLANETARY:
        correction += size * _sine(start + speed * k)
    return _universal(mean + correction)


def lunation_near(julian_day: float) -> int:
    """The number of the new moon nearest to `julian_day`, give or take one."""
    return round((julian_day - _FIRST_NEW_MOON) / _SYNODIC_MONTH)


def sun_longitude(julian_day: float) -> float:
    """The sun's apparent longitude, from 0 to 360 degrees; 0 is the March equinox, 270 the December solstice."""
    t = (julian_day + _seconds_ahead(julian_day) / 86400 - _J2000) / _DAYS_PER_CENTURY
    swing = sum(size * _sine(start + speed * t) for size, start, speed in _SWING)
    aberration = 0.0000974 * _cosine(177.63 + 35999.01848 * t) - 0.005575
    nutation = -0.004778 * _sine(124.90 - 1934.134 * t) - 0.0003667 * _sine(201.11 + 72001.5377 * t)
    return (282.7771834 + 36000.76953744 * t + degrees(swing * 1e-7) + aberration + nutation) % 360


def _universal(dynamical: float) -> float:
    return dynamical - _seconds_ahead(dynamical) / 86400


def _seconds_ahead(julian_day: float) -> float:
    """By how many seconds dynamical time, in which the heavens move, is ahead of universal time."""
    year = 2000 + (julian_day - _J2000) / 365.25
    for last, epoch, coefficients in _TIME_DIFFERENCE:
        if year < last:
            return _series(year - epoch, coefficients)
    return 200.0


def _series(t: float, coefficients: tuple[float, ...]) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * t + coefficient
    return total


def _sine(degrees: float) -> float:
    return sin(radians(fmod(degrees, 360)))


def _cosine(degrees: float) -> float:
    return cos(radians(fmod(degrees, 360)))
