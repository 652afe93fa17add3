/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses, when a statement is compiled, what no statement of ours may do: changing append-only tables or the schema,
 * attaching files, pragmas. The triggers of sql/0002 refuse the same at run time, for whoever opens the file otherwise. */
#include "store/sqlite_guard.h"

#include <string.h>

struct rule {
    const char *table, *columns;
};
static const struct rule rules[] = {
#define KEEP_ROWS(table, columns) {#table, columns},
#include "store/append_only.def"
#undef KEEP_ROWS
};

static const struct rule *rule_find(const char *table)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!strcmp(rules[i].table, table))
            return &rules[i];
    }
    return NULL;
}

static bool word_in(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += length) {
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

static bool may_update(const char *table, const char *column)
{
    const struct rule *rule = rule_find(table);
    if (!rule)
        return true;
    return rule->columns && (!strcmp(rule->columns, "*") || word_in(rule->columns, column));
}

static bool may_pragma(const char *name)
{
    return !strcmp(name, "integrity_check") || !strcmp(name, "foreign_key_check");
}

static int authorize(void *context, int action, const char *first, const char *second, const char *database,
                     const char *trigger)
{
    (void)context, (void)database, (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_INSERT:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return second && !strcmp(second, "load_extension") ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_UPDATE:
        return may_update(first, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_DELETE:
        return rule_find(first) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
        return may_pragma(first) ? SQLITE_OK : SQLITE_DENY;
    default: /* schema changes, ATTACH, virtual tables: SQLite's own codes, open-ended */
        return SQLITE_DENY;
    }
}

void sqlite_guard(sqlite3 *database)
{
    sqlite3_set_authorizer(database, authorize, NULL);
}

bool sqlite_guard_replaces(const char *sql)
{
    return strcasestr(sql, "OR REPLACE") || strcasestr(sql, "REPLACE INTO");
}
