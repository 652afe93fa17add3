/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions of a policy in time. A line is what follows each other under one owner, name and goods. The version in force at an
 * instant is the one with the highest number that has taken effect by then; what was withdrawn before it took effect never
 * counts, and when the one in force is withdrawn nothing takes its place.
 */
#ifndef SHUNTUI_SERVICE_VERSION_H
#define SHUNTUI_SERVICE_VERSION_H

#include "base/hash.h"
#include "service/service.h"

struct query;

struct service_version {
    char id[ID_BYTES];
    int64_t number, leaf;
    uint8_t sha256[HASH_BYTES];
    int64_t published_at, effective_at, withdrawn_at; /* microseconds; withdrawn_at is 0 while it is not */
    int harms_buyer;                                  /* than what it replaces; -1: a first version replaces nothing */
};

/* A buyer looks ahead a few changes, not a calendar; and each is compared with every later one. */
#define SERVICE_ANNOUNCED_MAX 4
struct service_line {
    struct text owner, name, goods; /* owner empty: the platform's; texts in the call's arena */
    int64_t last_number;            /* 0: nothing was published yet */
    bool has_latest, is_in_force;
    struct service_version latest; /* the newest that has taken effect; is_in_force unless it was withdrawn since */
    int announced_count;
    struct service_version announced[SERVICE_ANNOUNCED_MAX]; /* will take effect, soonest first */
    int waiting_count; /* not withdrawn and not yet in effect, also those that another will have replaced by then */
};

/* Loads the line as it is at the call's time. */
int service_line_load(struct service_call *call, struct text owner, struct text name, struct text goods,
                      struct service_line *ret, struct error *error);
/* The line of a published version. Fails with NOT_FOUND. */
int service_line_of(struct service_call *call, struct text policy_id, struct service_line *ret, struct error *error);

/* One version with its line's names. Fails with NOT_FOUND. */
int service_version_load(struct service_call *call, struct text policy_id, struct service_version *ret,
                         struct service_line *ret_line, struct error *error);

/* The member "harms_buyer": null where there was nothing to compare with. */
void service_harms_write(struct json_writer *writer, const struct service_version *version);
/* {"effective_at","harms_buyer","id","sha256","version"} of each announced version, as an array. */
void service_announced_write(struct json_writer *writer, const struct service_line *line);

#endif
