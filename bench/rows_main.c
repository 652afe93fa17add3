/* SPDX-License-Identifier: Apache-2.0 */
/* rows [DIRECTORY [REFUNDS]]: refunds per second of bare SQLite, alone and 64 in a commit, in three rounds by turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "rows.h"

#define ROUNDS 3

static int round_run(const char *base, unsigned refunds, unsigned batch)
{
    char directory[4096], command[4200];
    struct rows_result result;
    struct error error = {0};
    snprintf(directory, sizeof directory, "%s/state", base);
    struct rows_options options = {.directory = directory, .refunds = refunds, .batch = batch};
    int failed = rows_run(&options, &result, &error);
    if (failed)
        fprintf(stderr, "rows: %s\n", error.message);
    else
        printf("batch %3u: %7.0f refunds/s (%d rows each), commit p50 %lld us, p99 %lld us, fdatasync p50 %lld us\n",
               batch, result.refunds_per_s, ROWS_EACH, (long long)result.commit_p50_us, (long long)result.commit_p99_us,
               (long long)result.sync_p50_us);
    snprintf(command, sizeof command, "%s/%s", directory, "shuntui.db");
    unlink(command);
    snprintf(command, sizeof command, "%s/%s", directory, "lock");
    unlink(command);
    rmdir(directory);
    return failed;
}

int main(int argc, char **argv)
{
    char base[4000];
    snprintf(base, sizeof base, "%s/shuntui-rows-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    long refunds = argc > 2 ? strtol(argv[2], NULL, 10) : 10000;
    if (refunds < 100 || refunds > 1000000 || !mkdtemp(base)) {
        fprintf(stderr, "usage: rows [DIRECTORY [REFUNDS]], with 100 to 1000000 refunds\n");
        return 2;
    }
    int failed = 0;
    for (int round = 0; round < ROUNDS && !failed; round++)
        failed = round_run(base, (unsigned)refunds / 4, 1) || round_run(base, (unsigned)refunds, 64);
    rmdir(base);
    return failed ? 1 : 0;
}
