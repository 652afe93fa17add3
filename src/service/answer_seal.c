/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing stored answers: XChaCha20-Poly1305 under the master key, bound to who asked what. */
#include "service/answer_seal.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/internal.h"

static struct text associated(struct buffer *buffer, struct text bound_to)
{
    buffer_init(buffer, 4096);
    buffer_add_string(buffer, "answer:");
    buffer_add_text(buffer, bound_to);
    assert(!buffer->failed);
    return buffer_text(buffer);
}

int service_answer_seal(struct service *service, struct text bound_to, struct text answer, struct buffer *out,
                        struct error *error)
{
    uint8_t nonce[SEAL_NONCE_BYTES];
    struct buffer bound;
    service->random->fill(service->random, nonce, sizeof nonce);
    char *room = buffer_reserve(out, answer.length + SEAL_OVERHEAD_BYTES);
    if (!room)
        return buffer_check(out, error);
    seal_make(service->keys.master, answer, associated(&bound, bound_to), nonce, (uint8_t *)room);
    out->length += answer.length + SEAL_OVERHEAD_BYTES;
    out->data[out->length] = 0;
    buffer_done(&bound);
    return 0;
}

int service_answer_open(struct service *service, struct text bound_to, struct text sealed, struct buffer *out,
                        struct error *error)
{
    struct buffer bound;
    if (sealed.length < SEAL_OVERHEAD_BYTES)
        return error_set(error, ERROR_INTERNAL, "a stored answer is too short");
    size_t length = sealed.length - SEAL_OVERHEAD_BYTES;
    char *room = buffer_reserve(out, length);
    if (!room)
        return buffer_check(out, error);
    int opened = seal_open(service->keys.master, sealed, associated(&bound, bound_to), (uint8_t *)room);
    buffer_done(&bound);
    if (opened < 0)
        return error_set(error, ERROR_INTERNAL, "a stored answer could not be opened");
    out->length += length;
    out->data[out->length] = 0;
    return 0;
}
