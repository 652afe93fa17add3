/* SPDX-License-Identifier: Apache-2.0 */
/* Small durable values by name. */
#include "store/setting.h"

#include "store/query.h"

int setting_find(struct store_tx *tx, const char *name, struct buffer *ret_value, struct error *error)
{
    struct query *query = store_query(tx, QUERY_SETTING_GET);
    query_bind_string(query, 1, name);
    int step = query_step(query, error);
    if (step == 1)
        buffer_add_text(ret_value, query_text(query, 0));
    query_end(query);
    return step;
}

int setting_put(struct store_tx *tx, const char *name, struct text value, struct error *error)
{
    struct query *query = store_query(tx, QUERY_SETTING_PUT);
    query_bind_string(query, 1, name);
    query_bind_text(query, 2, value);
    return query_run(query, error);
}
