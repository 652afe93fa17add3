/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the ledger as arrays: accounts, events, sources, invariants. */
#include "ledger/ledger.h"

#include <assert.h>

static const struct ledger_account_info accounts[] = {
#define LEDGER_ACCOUNT(name, wire, minimum, sign, owner, en, zh)                                                       \
    {wire, en, zh, minimum, LEDGER_SIGN_##sign, LEDGER_OWNER_##owner},
#include "ledger/accounts.def"
#undef LEDGER_ACCOUNT
};
static const struct ledger_name events[] = {
#define LEDGER_EVENT(name, wire, en, zh) {wire, en, zh},
#include "ledger/events.def"
#undef LEDGER_EVENT
};
static const struct ledger_name sources[] = {
#define LEDGER_SOURCE(name, wire, en, zh) {wire, en, zh},
#include "ledger/sources.def"
#undef LEDGER_SOURCE
};
static const struct ledger_invariant invariants[] = {
#define INVARIANT(id, name, sql, en, zh) {#id, name, sql, en, zh},
#include "ledger/invariants.def"
#undef INVARIANT
};

const struct ledger_account_info *ledger_account_info(enum ledger_account_kind kind)
{
    assert((unsigned)kind < LEDGER_ACCOUNT_COUNT);
    return &accounts[kind];
}

int ledger_account_find(struct text wire)
{
    for (int i = 0; i < LEDGER_ACCOUNT_COUNT; i++)
        if (text_is(wire, accounts[i].wire))
            return i;
    return -1;
}

const struct ledger_name *ledger_event_name(enum ledger_event event)
{
    assert((unsigned)event < LEDGER_EVENT_COUNT);
    return &events[event];
}

const struct ledger_name *ledger_source_name(enum ledger_source_kind source)
{
    assert((unsigned)source < LEDGER_SOURCE_COUNT);
    return &sources[source];
}

int ledger_invariant_count(void)
{
    return (int)(sizeof invariants / sizeof invariants[0]);
}

const struct ledger_invariant *ledger_invariant(int index)
{
    assert(index >= 0);
    assert(index < ledger_invariant_count());
    return &invariants[index];
}
