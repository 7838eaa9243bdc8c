"""Random date expressions."""

import zoneinfo

from bson import Int64
from bson.datetime_ms import DatetimeMS

from values import moments_near_changes

ZONES = sorted(z for z in zoneinfo.available_timezones() if "/" in z and not z.startswith(("posix", "right", "System")))
OFFSETS = ["UTC", "GMT", "+00:00", "+02:00", "-0330", "+05", "+23:59", "-99:99", "EST", "MST7MDT"]
BAD_ZONES = ["", "Z", "utc", "Mars/Base", "+1", "+1:00", "BST"]
UNITS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"]
DAYS = ["monday", "Tue", "WEDNESDAY", "thu", "fri", "saturday", "sun"]
PARTS = ["$year", "$month", "$dayOfMonth", "$dayOfWeek", "$dayOfYear", "$hour", "$minute", "$second", "$millisecond",
         "$week", "$isoDayOfWeek", "$isoWeek", "$isoWeekYear"]
FORMATS = ["%Y-%m-%d", "%d.%m.%Y %H:%M:%S.%L", "%G-W%V-%u", "%j/%Y", "%U %w", "%z %Z", "%b %B %%", "", "%", "%q", "x%Y%m%dy"]


def zone(v):
    if v.chance(0.6):
        return v.pick(ZONES)
    return v.pick(OFFSETS) if v.chance(0.9) else v.pick(BAD_ZONES)


def zoned(v, arguments, name="timezone"):
    """Adds a time zone; gives a moment near one of its changes, at times."""
    if v.chance(0.4):
        return v.mostly(v.date_like)
    if v.chance(0.5):
        arguments[name] = v.mostly(lambda: zone(v))
        return v.mostly(v.date_like)
    where, at = moments_near_changes(ZONES, v.rng)
    arguments[name] = v.operand(where)
    return v.operand(DatetimeMS(at))


def part(v):
    options = {}
    date = zoned(v, options)
    if not options:
        return {v.pick(PARTS): date}
    return {v.pick(PARTS): {"date": date, **options}}


def shift(v):
    options = {}
    options["startDate"] = zoned(v, options)
    options["unit"] = v.mostly(lambda: v.pick(UNITS), 0.97)
    most = v.pick([3, 50, 5000, 10**6, 10**12, 2**63 - 1])
    options["amount"] = v.mostly(lambda: v.integer(-5, 5) if v.chance(0.5) else Int64(v.rng.randint(-most, most)), 0.95)
    return {v.pick(["$dateAdd", "$dateSubtract"]): options}


def difference(v):
    options = {}
    options["startDate"] = zoned(v, options)
    options["endDate"] = v.mostly(v.date_like) if v.chance(0.5) else v.operand(DatetimeMS(near(v, options["startDate"])))
    options["unit"] = v.mostly(lambda: v.pick(UNITS), 0.97)
    if v.chance(0.3):
        options["startOfWeek"] = v.mostly(lambda: v.pick(DAYS))
    return {"$dateDiff": options}


def near(v, operand):
    value = v.document.get(operand[1:]) if isinstance(operand, str) else None
    at = value.__int__() if isinstance(value, DatetimeMS) else 1500000000000
    return at + v.rng.randrange(-(3 * 86400000), 3 * 86400000)


def truncate(v):
    options = {}
    options["date"] = zoned(v, options)
    options["unit"] = v.mostly(lambda: v.pick(UNITS), 0.97)
    if v.chance(0.5):
        options["binSize"] = v.mostly(lambda: v.integer(1, 40) if v.chance(0.9) else Int64(v.rng.randrange(10**12)))
    if v.chance(0.4):
        options["startOfWeek"] = v.mostly(lambda: v.pick(DAYS))
    return {"$dateTrunc": options}


def from_parts(v):
    options = {}
    if v.chance(0.5):
        options["timezone"] = v.mostly(lambda: zone(v))
    iso = v.chance(0.4)
    names = ["isoWeekYear", "isoWeek", "isoDayOfWeek"] if iso else ["year", "month", "day"]
    wide = v.chance(0.2)
    ranges = [(1900, 2100), (1, 53) if iso else (1, 12), (1, 7) if iso else (1, 31)]
    for name, (low, high) in zip(names, ranges):
        if name == names[0] or v.chance(0.8):
            options[name] = v.mostly(lambda: v.integer(-40000, 40000) if wide else v.integer(low, high), 0.97)
    for name, high in [("hour", 23), ("minute", 59), ("second", 59), ("millisecond", 999)]:
        if v.chance(0.4):
            options[name] = v.mostly(lambda: v.integer(-40000, 40000) if wide else v.integer(0, high), 0.97)
    return {"$dateFromParts": options}


def to_parts(v):
    options = {}
    options["date"] = zoned(v, options)
    if v.chance(0.4):
        options["iso8601"] = v.mostly(lambda: v.chance(0.5))
    return {"$dateToParts": options}


def to_string(v):
    options = {}
    options["date"] = zoned(v, options)
    if v.chance(0.6):
        options["format"] = v.mostly(lambda: v.pick(FORMATS))
    if v.chance(0.2):
        options["onNull"] = v.operand(v.value())
    return {"$dateToString": options}


MONTHS = ["Jan", "February", "mar", "APRIL", "May", "june", "Jul", "aug", "Sept", "October", "nov", "Dec"]


def written_date(v):
    y, m, d = v.rng.randint(1900, 2100), v.rng.randint(1, 12), v.rng.randint(1, 31)
    month = v.pick(MONTHS)
    return v.pick([f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{m}/{d}/{y}", f"{y}{m:02}{d:02}", f"{d} {month} {y}",
                   f"{month} {d}, {y}", f"{month} {d} {y}", f"{d}-{month}-{y}", f"{month} {d}th, {y}", f"{d}.{m:02}.{y}",
                   f"{y}-{m:02}", f"{month} {y}", f"{y}", f"{y}-{m}-{d}", f"{m:02}/{d:02}", f"{y}-{month}-{d:02}"])


def written_time(v):
    h, m, s, f = v.rng.randint(0, 24), v.rng.randint(0, 59), v.rng.randint(0, 60), v.rng.randint(0, 999)
    return v.pick(["", "", f"T{h:02}:{m:02}:{s:02}", f"T{h:02}:{m:02}:{s:02}.{f:03}", f" {h:02}:{m:02}", f" {h}:{m:02}:{s:02}",
                   f" {h % 12 + 1} pm", f" {h % 12 + 1}:{m:02} AM", f"T{h:02}{m:02}{s:02}", f"T{h:02}:{m:02}:{s:02}.{f}",
                   f" {h:02}:{m:02}:{s:02}.{f:06}"])


def written_zone(v):
    return v.pick(["", "", "", "Z", "+02:00", "-0330", " UTC", " GMT", "+02", " EST", " Europe/Berlin", " PST", "+1", " +01:30"])


TEXT_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y", "%G-%V-%u", "%Y %j", "%Y-%m-%d %z", "%Y-%m-%dT%H:%M:%S.%L%z",
                "%b %d %Y", "%B %d, %Y", "%d%m%Y", "%Y-%m-%d %Z", "%Y%%%m%d", "%m", "%G-%V", "%q", "%"]


def formatted_date(v, form):
    y, m, d = v.rng.randint(1, 9999), v.rng.randint(0, 13), v.rng.randint(0, 32)
    values = {"%Y": f"{y:04}", "%m": f"{m:02}", "%d": f"{d:02}", "%H": f"{v.rng.randint(0, 25):02}",
              "%M": f"{v.rng.randint(0, 60):02}", "%S": f"{v.rng.randint(0, 60):02}", "%L": f"{v.rng.randint(0, 999):03}",
              "%G": f"{y:04}", "%V": f"{v.rng.randint(0, 54):02}", "%u": f"{v.rng.randint(0, 8)}",
              "%j": f"{v.rng.randint(0, 367):03}", "%z": v.pick(["+0200", "+02:00", "Z", "-03", "x"]),
              "%Z": v.pick(["+120", "-5", "60"]), "%b": v.pick(MONTHS), "%B": v.pick(MONTHS), "%%": "%"}
    for specifier, text in values.items():
        form = form.replace(specifier, text)
    return form if v.chance(0.9) else form + v.pick(["x", " ", "5"])


def from_string(v):
    options = {}
    if v.chance(0.5):
        form = v.pick(TEXT_FORMATS)
        options["dateString"] = v.mostly(lambda: formatted_date(v, form), 0.95)
        options["format"] = v.mostly(lambda: form, 0.95)
    else:
        options["dateString"] = v.mostly(lambda: written_date(v) + written_time(v) + written_zone(v), 0.95)
    if v.chance(0.3):
        options["timezone"] = v.mostly(lambda: zone(v), 0.95)
    if v.chance(0.15):
        options["onNull"] = v.operand(v.value())
    if v.chance(0.15):
        options["onError"] = v.operand(v.value())
    return {"$dateFromString": options}


MAKERS = [part, shift, difference, truncate, from_parts, to_parts, to_string, from_string]
