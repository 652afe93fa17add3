/* SPDX-License-Identifier: Apache-2.0 */
/* The real program as a child: a state in a folder of its own, served on a free port of the loopback, ended by its id. Whatever fails
 * ends the bench with what went wrong. */
#ifndef SHUNTUI_BENCH_CHILD_H
#define SHUNTUI_BENCH_CHILD_H

#include <stdint.h>
#include <sys/types.h>

struct child {
    char folder[300], state[340], program[400];
    uint16_t port;
    pid_t pid;
};
/* The program stands in the folder above that of the bench, the state in a new folder below TMPDIR (else /var/tmp). */
void child_place(struct child *child, const char *bench);
void child_run(const struct child *child, const char *const arguments[]); /* to its end, which must be a success */
void child_serve(struct child *child);                                    /* returns once it listens */
/* Ends it. Returns its exit status. Removes the folder, unless SHUNTUI_BENCH_KEEP is set. */
int child_end(const struct child *child);

#endif
