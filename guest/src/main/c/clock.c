/*
 * Preloaded where the build dumps the class archive, and nowhere else: a clock that does not tell how
 * long the dump takes, because the archive keeps times of its making (ages of soft references). The
 * monotonic clock runs a million times slower, the others stand still. Not part of the image.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FIXED_DATE 1767225600 /* 2026-01-01T00:00:00Z, the image's one date */
#define FIXED_UPTIME 1000
#define SLOWER 1000000

int clock_gettime(clockid_t clock, struct timespec *time)
{
    static long long first;
    struct timespec now;
    if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) != 0)
        return -1;
    long long nanos = now.tv_sec * 1000000000LL + now.tv_nsec;
    if (first == 0)
        first = nanos;
    time->tv_sec = clock == CLOCK_REALTIME ? FIXED_DATE : FIXED_UPTIME;
    time->tv_nsec = clock == CLOCK_REALTIME ? 0 : (nanos - first) / SLOWER;
    return 0;
}
