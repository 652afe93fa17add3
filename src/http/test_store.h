/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the store that the test server runs on: in memory (test_store.c) or real (test_store_durable.c). */
#ifndef SHUNTUI_HTTP_TEST_STORE_H
#define SHUNTUI_HTTP_TEST_STORE_H

struct store;

struct store *test_store_new(void);
void test_store_free(struct store *store); /* answers what is queued first */

#endif
