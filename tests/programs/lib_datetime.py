"""datetime without the clock: arithmetic, formatting, parsing, comparison, time zones, errors."""

from datetime import *

d, t, dt = date(2024, 2, 29), time(13, 5, 9, 1500), datetime(2024, 12, 31, 23, 59, 59, 999999)
print(d, repr(d), t, repr(t), dt, repr(dt), d.weekday(), d.isoweekday(), d.isocalendar(), d.toordinal(), date.fromordinal(738945), d.replace(month=3), d + timedelta(days=366), d - date(2023, 2, 28), dt + timedelta(microseconds=1), dt - datetime(2000, 1, 1), d.timetuple()[:8], d.ctime(), d.strftime("%Y-%m-%d %a %A %b %B %j %U %w %%"), dt.strftime("%H:%M:%S.%f %p %I %y %c %x %X"), f"{dt:%d/%m/%Y}", d.isoformat(), dt.isoformat(" ", "minutes"), dt.date(), dt.time(), datetime.combine(d, t))
print(date.fromisoformat("2024-02-29"), date.fromisoformat("2024-W09-4"), time.fromisoformat("04:05:06.789+02:00"), datetime.fromisoformat("2024-01-02T03:04:05Z"), datetime.fromisoformat("20240102 030405"), datetime.strptime("31 Jan 2024 5:06 PM", "%d %b %Y %I:%M %p"), datetime.strptime("2024-060", "%Y-%j").date(), date.min, date.max, datetime.min, datetime.max, timedelta.max, timedelta.resolution)
td = timedelta(days=-1, hours=5, microseconds=7)
print(td, repr(td), td.days, td.seconds, td.microseconds, td.total_seconds(), -td, abs(td), td * 2, td / 2, td // 3, td % timedelta(hours=1), divmod(timedelta(hours=25), timedelta(hours=7)), timedelta(weeks=1) / timedelta(days=2), td < timedelta(0), timedelta(seconds=1.5), timedelta(milliseconds=-1), str(timedelta(days=1)), timedelta(hours=24) == timedelta(days=1), hash(timedelta(1)) == hash(timedelta(hours=24)), sum([timedelta(1), timedelta(2)], timedelta()), 0.5 * timedelta(1), timedelta(1) * 1.5, bool(timedelta()))
tz = timezone(timedelta(hours=5, minutes=30), "IST")
a = datetime(2024, 6, 1, 12, tzinfo=tz)
b = a.astimezone(timezone.utc)
print(a, b, a == b, a - b, a.utcoffset(), a.tzname(), timezone.utc, repr(tz), timezone(timedelta(hours=-3)), b.timestamp(), datetime.fromtimestamp(0, timezone.utc), datetime.fromtimestamp(1e9 + 0.5, tz=timezone.utc), a.isoformat(), a.strftime("%z %Z"), a.replace(tzinfo=None), hash(a) == hash(b), datetime.strptime("+0530", "%z").tzinfo, time(1, tzinfo=tz), a.utctimetuple()[:6], a < b + timedelta(1))
for call in (lambda: date(2023, 2, 29), lambda: date(0, 1, 1), lambda: time(24), lambda: datetime(2024, 13, 1), lambda: date.max + timedelta(1), lambda: d < dt, lambda: d - 5, lambda: dt < a, lambda: dt - a, lambda: date.fromisoformat("2024-1-1"), lambda: datetime.strptime("x", "%Y"), lambda: timedelta(days=10**10), lambda: timedelta() / 0, lambda: timezone(timedelta(hours=25)), lambda: date("2024"), lambda: datetime.strptime("2024 x", "%Y"), lambda: d.replace(day=31), lambda: timedelta("x"), lambda: date.fromordinal(0), lambda: d + 1, lambda: time(1) + timedelta(1), lambda: datetime.fromisoformat("nonsense"), lambda: timedelta(1) + 1, lambda: datetime(2024, 1, 1, fold=2), lambda: d == dt, lambda: datetime.strptime("2024", "%q")):
    try:
        print(call())
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
leap = [y for y in range(1896, 1912) if (date(y, 3, 1) - date(y, 2, 28)).days == 2]
total = timedelta()
day = date(2000, 1, 1)
fridays = 0
while day < date(2004, 1, 1):
    if day.day == 13 and day.weekday() == 4:
        fridays += 1
    total += timedelta(days=day.month, seconds=day.day)
    day += timedelta(days=1)
print(leap, fridays, total, sorted([date(2024, 1, 2), date(2023, 5, 6)]), max(datetime(2024, 1, 1), datetime(2024, 1, 2)), {date(2024, 1, 1): 1}[date(2024, 1, 1)])
