/* Shifts the civil clock of one program, so that a soak can step it without root and without the
   rest of the machine. The monotonic clock is left alone, as by a real step.

       cc -shared -fPIC -O2 -o clock.so clock.c
       SOAK_CLOCK=shift LD_PRELOAD=./clock.so program

   The file named by SOAK_CLOCK has the shift: a signed 64-bit number of seconds. Writing it steps the
   clock at once. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift_s;

__attribute__((constructor)) static void open_shift(void)
{
    const char *path = getenv("SOAK_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *page = mmap(NULL, sizeof *shift_s, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED)
        shift_s = page;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && shift_s && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += *shift_s;
    return result;
}
