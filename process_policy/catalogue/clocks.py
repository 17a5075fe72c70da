"""Clocks, sleeping, and the time zone of the host."""

from process_policy.catalogue.topic import Topic, by_rule, names, told_by

CLOCKS = Topic(
    references=by_rule(
        DET001="""
            time: time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time
            time: process_time_ns thread_time thread_time_ns clock_gettime clock_gettime_ns clock_getres
            time: clock_settime clock_settime_ns get_clock_info pthread_getcpuclockid
            datetime.datetime: now utcnow today
            datetime.date: today
            django.utils.timezone: now localtime localdate
            arrow: now utcnow
            arrow.Arrow: now utcnow
            pendulum: now today tomorrow yesterday
            pendulum.DateTime: now utcnow today
            pendulum.Date: today
            pandas.Timestamp: now today utcnow
            pandas.Period: now
            whenever.Instant: now
            whenever.ZonedDateTime: now
            whenever.SystemDateTime: now
            whenever.OffsetDateTime: now
            whenever.Date: today_in_system_tz
            google.protobuf.timestamp_pb2.Timestamp: GetCurrentTime
            dateutil.utils: today
            timeit: default_timer timeit repeat
            os: times
        """,
        DET002="time: sleep\ngevent: sleep\neventlet: sleep\ngevent.time: sleep",
        DET005="""
            time: timezone altzone daylight tzname tzset
            tzlocal: get_localzone get_localzone_name
            dateutil.tz: tzlocal
        """,
    ),
    calls=by_rule(
        DET001="""
            time: gmtime ctime asctime strftime localtime
            email.utils: formatdate localtime
            maya: now
            timeit: Timer
        """,
        DET005="""
            time: mktime
            datetime.datetime: fromtimestamp astimezone
            datetime.date: fromtimestamp
        """,
    ),
    told={
        **dict.fromkeys(names("time: gmtime ctime asctime localtime"), told_by(0, "secs")),
        "time.strftime": told_by(1, "t"),
        "email.utils.formatdate": told_by(0, "timeval"),
        "email.utils.localtime": told_by(0, "dt"),
        "datetime.datetime.fromtimestamp": told_by(1, "tz"),
        "datetime.datetime.astimezone": told_by(0, "tz"),
    },
    when_told={"time.localtime": "DET005"},
    aliases={
        "django.utils.timezone.datetime": "datetime.datetime",
        "google.protobuf.internal.well_known_types.Timestamp": "google.protobuf.timestamp_pb2.Timestamp",
        "pandas._libs.tslibs.timestamps.Timestamp": "pandas.Timestamp",
    },
)
