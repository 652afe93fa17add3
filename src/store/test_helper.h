/* SPDX-License-Identifier: Apache-2.0 */
/* A store in a fresh directory for each test, and small jobs to put through it. Only for the tests of this folder. */
#ifndef SHUNTUI_STORE_TEST_HELPER_H
#define SHUNTUI_STORE_TEST_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/store.h"

struct fixture {
    char directory[64]; /* the state directory, inside a temporary one */
    struct store_options options;
    struct store *store;
    char value[256];
};

int fixture_setup(void **state);
int fixture_teardown(void **state);
void fixture_open(struct fixture *fixture);
void fixture_reopen(struct fixture *fixture);
void remove_tree(const char *path);

#define STORE_TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

/* A job that writes one setting (or one outbox row when unnamed), then succeeds or fails as told. */
struct probe {
    struct store_job job; /* first */
    const char *name;
    bool unnamed;
    int fail_with; /* enum error_code */
    int step;
    void *context;
    int runs, answers;
    enum store_result result;
    struct error error;
};
int probe_run(struct store_tx *tx, void *argument, struct error *error);
void probe_prepare(struct probe *probe);
void probe_submit(struct store *store, struct probe *probe);

void write_setting(struct store *store, const char *name, const char *value);
const char *read_setting(struct fixture *fixture, const char *name); /* "" when there is none */
int count_rows(struct store *store, const char *sql);                /* rows that a SELECT gives */

#endif
