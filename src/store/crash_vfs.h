/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file layer for SQLite, for tests, that models what a disk keeps: bytes are durable after a sync, and before it any part of
 * them may be kept or lost. It can cut the power, fail or fill up at any chosen write, truncation, sync or deletion.
 */
#ifndef SHUNTUI_STORE_CRASH_VFS_H
#define SHUNTUI_STORE_CRASH_VFS_H

#include <stdbool.h>
#include <stdint.h>

#define CRASH_VFS "crash"
#define CRASH_EXIT 137 /* status of a process whose power was cut */

enum crash_fault { CRASH_NONE, CRASH_IO, CRASH_FULL };

/* What survives of the bytes that were not synced. */
enum crash_style {
    CRASH_DROP_ALL,
    CRASH_KEEP_ALL,
    CRASH_KEEP_SOME,        /* any writes, in any order */
    CRASH_KEEP_TORN,        /* any sectors of any writes */
    CRASH_KEEP_FIRST,       /* a first part of the writes */
    CRASH_KEEP_OTHER_FILES, /* all of one file, nothing of another */
    CRASH_STYLE_COUNT
};

struct crash_plan {
    unsigned power_at; /* the operation at which the power fails; 0: never */
    enum crash_style style;
    enum crash_fault fault;
    unsigned fault_at;   /* the operation that fails */
    bool fault_for_good; /* and all after it */
    /* The n-th sync fails, and what it could not write is never written, though reads still show it; the power fails so many
     * operations later. 0: none. */
    unsigned forgetful_sync, power_after;
    uint64_t seed;
};

/* Once per process, in a child that is about to open the database. Operations are counted from `crash_arm` on. */
void crash_register(const struct crash_plan *plan);
void crash_arm(void);
bool crash_hit(void); /* the planned operation was reached */

#endif
