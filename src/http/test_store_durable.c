/* SPDX-License-Identifier: Apache-2.0 */
/* The real store behind the toy routes, in a directory of its own: the same tests must hold, and benches measure durable writes. */
#include "http/test_store.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "store/store.h"

static char directory[] = "/tmp/http-store-XXXXXX";

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

struct store *test_store_new(void)
{
    struct store *store;
    struct error error = {0};
    if (!mkdtemp(directory) ||
        store_open(&(struct store_options){.directory = directory, .create = true}, &store, &error) < 0) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    return store;
}

void test_store_free(struct store *store)
{
    store_close(store);
    nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
