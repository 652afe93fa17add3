/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machine of the guard: one function for each part of a request, one byte at a time, with runs of
 * ordinary bytes skipped quickly. A state function returns true when the byte was accepted.
 */
#include "http/guard.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"

enum field {
#define GUARD_FIELD(NAME, text) FIELD_##NAME,
#include "http/guard_fields.def"
#undef GUARD_FIELD
    FIELD_COUNT
};
static const char *const field_names[FIELD_COUNT] = {
#define GUARD_FIELD(NAME, text) [FIELD_##NAME] = text,
#include "http/guard_fields.def"
#undef GUARD_FIELD
};

/* RFC 9110 section 5.6.2 (tchar), RFC 3986 (a target of path and query), RFC 9110 section 5.5 (field-value). */
enum { TOKEN = 1, TARGET = 2, VALUE = 4, HOST = 8 };
#define ALNUM (TOKEN | TARGET | VALUE | HOST)
static const uint8_t classes[256] = {
    ['0' ... '9'] = ALNUM,
    ['a' ... 'z'] = ALNUM,
    ['A' ... 'Z'] = ALNUM,
    ['-'] = ALNUM,
    ['.'] = ALNUM,
    ['_'] = ALNUM,
    ['~'] = TOKEN | TARGET | VALUE,
    ['!'] = TOKEN | TARGET | VALUE,
    ['$'] = TOKEN | TARGET | VALUE,
    ['&'] = TOKEN | TARGET | VALUE,
    ['\''] = TOKEN | TARGET | VALUE,
    ['*'] = TOKEN | TARGET | VALUE,
    ['+'] = TOKEN | TARGET | VALUE,
    ['%'] = TOKEN | VALUE, /* in a target it begins an escape */
    ['#'] = TOKEN | VALUE,
    ['^'] = TOKEN | VALUE,
    ['`'] = TOKEN | VALUE,
    ['|'] = TOKEN | VALUE,
    ['('] = TARGET | VALUE,
    [')'] = TARGET | VALUE,
    [','] = TARGET | VALUE,
    ['/'] = TARGET | VALUE,
    [':'] = TARGET | VALUE | HOST,
    [';'] = TARGET | VALUE,
    ['='] = TARGET | VALUE,
    ['?'] = TARGET | VALUE,
    ['@'] = TARGET | VALUE,
    ['['] = VALUE | HOST,
    [']'] = VALUE | HOST,
    ['\\'] = VALUE,
    ['"'] = VALUE,
    ['<'] = VALUE,
    ['>'] = VALUE,
    ['{'] = VALUE,
    ['}'] = VALUE,
    [' '] = VALUE,
    ['\t'] = VALUE,
    [0x80 ... 0xff] = VALUE, /* obs-text; what reads a header checks its encoding */
};

static bool is(unsigned char c, uint8_t kind)
{
    return (classes[c] & kind) != 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static int hex_value(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool refuse(struct guard *guard, enum error_code code, const char *reason)
{
    guard->state = GUARD_REFUSED;
    guard->refusal = code;
    guard->reason = reason;
    return false;
}

static bool malformed(struct guard *guard, const char *reason)
{
    return refuse(guard, ERROR_HTTP_MALFORMED, reason);
}

static bool word_is(const struct guard *guard, const char *text)
{
    return guard->word_length == strlen(text) && memcmp(guard->word, text, guard->word_length) == 0;
}

static bool word_is_caseless(const struct guard *guard, const char *lower_text)
{
    if (guard->word_length != strlen(lower_text))
        return false;
    for (size_t i = 0; i < guard->word_length; i++)
        if (lower((unsigned char)guard->word[i]) != (unsigned char)lower_text[i])
            return false;
    return true;
}

void guard_init(struct guard *guard)
{
    *guard = (struct guard){.state = GUARD_START, .field = -1};
}

bool guard_in_head(const struct guard *guard)
{
    return guard->state > GUARD_START && guard->state <= GUARD_HEAD_LF;
}

bool guard_in_body(const struct guard *guard)
{
    return guard->state >= GUARD_BODY && guard->state <= GUARD_LAST_LF;
}

/* ---- the request line ---- */

static bool on_method(struct guard *guard, unsigned char c)
{
    if (c == ' ') {
        guard->is_options = word_is(guard, "OPTIONS");
        guard->word_length = 0;
        guard->state = GUARD_TARGET;
        return true;
    }
    if (!is(c, TOKEN))
        return malformed(guard, "the method holds a character that is not allowed");
    if (guard->word_length >= GUARD_TOKEN_BYTES_MAX)
        return malformed(guard, "the method is too long");
    guard->word[guard->word_length++] = (char)c;
    return true;
}

static bool on_start(struct guard *guard, unsigned char c)
{
    if (c == '\r') {
        /* RFC 9112 section 2.2 lets a server skip an empty line before a request; one is enough for old clients. */
        if (guard->blank_before)
            return malformed(guard, "more than one empty line before the request");
        guard->blank_before = true;
        guard->state = GUARD_START_LF;
        return true;
    }
    guard->head_bytes = guard->target_bytes = guard->fields = 0;
    guard->seen = 0;
    guard->body_left = 0;
    guard->word_length = 0;
    guard->has_star = guard->has_length = guard->is_chunked = guard->version_is_1_0 = guard->is_upload = false;
    guard->state = GUARD_METHOD;
    return c == ' ' ? malformed(guard, "the request begins with a space") : on_method(guard, c);
}

static bool on_target(struct guard *guard, unsigned char c)
{
    if (c == ' ' && guard->target_bytes > 0) {
        guard->word_length = 0;
        guard->state = GUARD_VERSION;
        return true;
    }
    if (guard->has_star)
        return malformed(guard, "the target \"*\" stands alone");
    if (++guard->target_bytes > GUARD_TARGET_BYTES_MAX)
        return refuse(guard, ERROR_HTTP_TARGET_TOO_LONG, "the path and query are longer than 2048 bytes");
    if (guard->target_bytes == 1) {
        guard->has_star = c == '*' && guard->is_options;
        return c == '/' || guard->has_star || malformed(guard, "the target must be a path that begins with \"/\"");
    }
    if (c == '%') {
        guard->digits = guard->escape = 0;
        guard->state = GUARD_TARGET_PERCENT;
        return true;
    }
    return is(c, TARGET) || malformed(guard, "the target holds a character that must be percent-encoded");
}

static bool on_target_percent(struct guard *guard, unsigned char c)
{
    int value = hex_value(c);
    if (value < 0)
        return malformed(guard, "the target holds a malformed percent escape");
    guard->target_bytes++;
    guard->escape = (uint8_t)(guard->escape * 16 + value);
    if (++guard->digits < 2)
        return true;
    if (guard->escape < 0x20 || guard->escape == 0x7f)
        return malformed(guard, "the target holds an escaped control character");
    guard->state = GUARD_TARGET;
    return true;
}

static bool on_version(struct guard *guard, unsigned char c)
{
    if (c != '\r') {
        if (guard->word_length >= 8)
            return malformed(guard, "the request line does not end after the version");
        guard->word[guard->word_length++] = (char)c;
        /* A wrong byte is refused at once, so that the library never sees a line that we read differently. */
        static const char version[] = "HTTP/";
        if (guard->word_length <= 5 && c != (unsigned char)version[guard->word_length - 1])
            return malformed(guard, "the request line has no version");
        return c > ' ' || malformed(guard, "the version holds a control character");
    }
    guard->version_is_1_0 = word_is(guard, "HTTP/1.0");
    guard->state = GUARD_LINE_LF;
    if (guard->version_is_1_0 || word_is(guard, "HTTP/1.1"))
        return true;
    if (guard->word_length != 8 || guard->word[6] != '.')
        return malformed(guard, "the version is malformed");
    return refuse(guard, ERROR_HTTP_VERSION, "only HTTP/1.1 and HTTP/1.0 are spoken here");
}

/* ---- header fields ---- */

static int field_find(const struct guard *guard)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        if (word_is(guard, field_names[i]))
            return i;
    return -1;
}

static bool on_name_end(struct guard *guard)
{
    guard->field = field_find(guard);
    guard->word_length = 0;
    guard->state = GUARD_VALUE_START;
    if (guard->field < 0)
        return true;
    uint32_t bit = 1u << guard->field;
    if (guard->seen & bit)
        return malformed(guard, "a header that may stand only once stands twice");
    guard->seen |= bit;
    return true;
}

static bool on_name(struct guard *guard, unsigned char c)
{
    if (c == ':' && guard->word_length > 0)
        return on_name_end(guard);
    if (c == ' ' || c == '\t')
        return malformed(guard, "white space before the colon of a header");
    if (!is(c, TOKEN))
        return malformed(guard, "a header's name holds a character that is not allowed");
    if (guard->word_length >= GUARD_TOKEN_BYTES_MAX)
        return refuse(guard, ERROR_HTTP_HEAD_TOO_LARGE, "a header's name is longer than 64 bytes");
    guard->word[guard->word_length++] = (char)lower(c);
    return true;
}

static bool on_name_start(struct guard *guard, unsigned char c)
{
    if (c == '\r') {
        guard->state = GUARD_HEAD_LF;
        return true;
    }
    if (c == ' ' || c == '\t')
        return malformed(guard, "a header line begins with white space");
    if (++guard->fields > GUARD_FIELDS_MAX)
        return refuse(guard, ERROR_HTTP_HEAD_TOO_LARGE, "more than 100 headers");
    guard->word_length = 0;
    guard->state = GUARD_NAME;
    return on_name(guard, c);
}

static bool on_content_length(struct guard *guard)
{
    /* 15 digits cannot overflow and are far past any body. */
    if (guard->word_length == 0 || guard->word_length > 15)
        return malformed(guard, "Content-Length is not a length");
    uint64_t length = 0;
    for (size_t i = 0; i < guard->word_length; i++) {
        char c = guard->word[i];
        if (c < '0' || c > '9')
            return malformed(guard, "Content-Length is not a decimal number");
        length = length * 10 + (uint64_t)(c - '0');
    }
    guard->has_length = true;
    guard->body_left = length;
    return true;
}

static bool on_host(struct guard *guard)
{
    if (guard->word_length == 0)
        return malformed(guard, "Host is empty");
    for (size_t i = 0; i < guard->word_length; i++)
        if (!is((unsigned char)guard->word[i], HOST))
            return malformed(guard, "Host holds a character that is not allowed");
    return true;
}

/* The value of a known header is complete: what follows depends on it. */
static bool on_value_end(struct guard *guard)
{
    /* The library keeps white space at the end: "chunked " would be chunked for us and not for it. */
    if (guard->word_length > 0 && is_blank(guard->word[guard->word_length - 1]))
        return malformed(guard, "white space after the value of a header that governs the framing");
    if (guard->field == FIELD_HOST)
        return on_host(guard);
    if (guard->field == FIELD_CONTENT_LENGTH)
        return on_content_length(guard);
    if (guard->field == FIELD_EXPECT)
        return word_is_caseless(guard, "100-continue") || malformed(guard, "Expect must be \"100-continue\"");
    if (guard->field != FIELD_TRANSFER_ENCODING)
        return true;
    guard->is_chunked = true;
    return word_is_caseless(guard, "chunked") || malformed(guard, "Transfer-Encoding must be exactly \"chunked\"");
}

static bool is_framing(int field)
{
    return field >= FIELD_HOST && field <= FIELD_EXPECT;
}

static bool on_value(struct guard *guard, unsigned char c)
{
    if (c == '\r') {
        guard->state = GUARD_LINE_LF;
        return on_value_end(guard);
    }
    if (!is(c, VALUE))
        return malformed(guard, c == '\n' ? "a line ends with LF alone" : "a header's value holds a control character");
    if (is_framing(guard->field)) {
        if (guard->word_length >= sizeof guard->word)
            return malformed(guard, "a header's value is too long");
        guard->word[guard->word_length++] = (char)c;
    }
    return true;
}

static bool on_value_start(struct guard *guard, unsigned char c)
{
    if (c == ' ' || c == '\t')
        return true;
    guard->state = GUARD_VALUE;
    return on_value(guard, c);
}

static bool on_request_end(struct guard *guard)
{
    guard->requests_passed++;
    guard->blank_before = false;
    guard->state = GUARD_START;
    return true;
}

static bool on_head_end(struct guard *guard)
{
    if (!guard->version_is_1_0 && !(guard->seen & (1u << FIELD_HOST)))
        return malformed(guard, "Host is missing");
    if (guard->is_chunked && guard->has_length)
        return malformed(guard, "both Content-Length and Transfer-Encoding");
    if (guard->is_chunked && guard->version_is_1_0)
        return malformed(guard, "Transfer-Encoding in HTTP/1.0");
    guard->heads_passed++;
    guard->digits = 0;
    guard->is_upload = guard->is_chunked || guard->body_left > LIMIT_REQUEST_BODY_BYTES;
    if (guard->is_chunked)
        guard->state = GUARD_CHUNK_SIZE;
    else if (guard->body_left > 0)
        guard->state = GUARD_BODY;
    else
        return on_request_end(guard);
    return true;
}

/* ---- chunks ---- */

static bool on_chunk_size(struct guard *guard, unsigned char c)
{
    if (guard->digits == 0)
        guard->body_left = 0;
    int value = hex_value(c);
    if (value >= 0) {
        if (++guard->digits > 8)
            return malformed(guard, "a chunk's size has more than 8 digits");
        guard->body_left = guard->body_left * 16 + (uint64_t)value;
        return guard->body_left <= GUARD_CHUNK_BYTES_MAX || refuse(guard, ERROR_BODY_TOO_LARGE, "a chunk is too large");
    }
    if (c != '\r' || guard->digits == 0)
        return malformed(guard, "a chunk's size is malformed");
    guard->digits = 0;
    guard->state = GUARD_CHUNK_SIZE_LF;
    return true;
}

static bool expect(struct guard *guard, unsigned char c, unsigned char wanted, enum guard_state next,
                   const char *reason)
{
    if (c != wanted)
        return malformed(guard, reason);
    guard->state = next;
    return true;
}

static bool on_byte(struct guard *guard, unsigned char c)
{
    switch (guard->state) {
    case GUARD_START:
        return on_start(guard, c);
    case GUARD_START_LF:
        return expect(guard, c, '\n', GUARD_START, "a CR without LF");
    case GUARD_METHOD:
        return on_method(guard, c);
    case GUARD_TARGET:
        return on_target(guard, c);
    case GUARD_TARGET_PERCENT:
        return on_target_percent(guard, c);
    case GUARD_VERSION:
        return on_version(guard, c);
    case GUARD_LINE_LF:
        return expect(guard, c, '\n', GUARD_NAME_START, "a CR without LF");
    case GUARD_NAME_START:
        return on_name_start(guard, c);
    case GUARD_NAME:
        return on_name(guard, c);
    case GUARD_VALUE_START:
        return on_value_start(guard, c);
    case GUARD_VALUE:
        return on_value(guard, c);
    case GUARD_HEAD_LF:
        return c == '\n' ? on_head_end(guard) : malformed(guard, "a CR without LF");
    case GUARD_CHUNK_SIZE:
        return on_chunk_size(guard, c);
    case GUARD_CHUNK_SIZE_LF:
        return expect(guard, c, '\n', guard->body_left ? GUARD_CHUNK_DATA : GUARD_LAST_CR,
                      "a chunk's size does not end with CR LF");
    case GUARD_CHUNK_DATA_CR:
        return expect(guard, c, '\r', GUARD_CHUNK_DATA_LF, "a chunk's data does not end with CR LF");
    case GUARD_CHUNK_DATA_LF:
        return expect(guard, c, '\n', GUARD_CHUNK_SIZE, "a chunk's data does not end with CR LF");
    case GUARD_LAST_CR:
        return expect(guard, c, '\r', GUARD_LAST_LF, "trailers are not accepted");
    case GUARD_LAST_LF:
        return c == '\n' ? on_request_end(guard) : malformed(guard, "a CR without LF");
    case GUARD_BODY:
    case GUARD_CHUNK_DATA:
    case GUARD_REFUSED:
        break;
    }
    assert(!"a state that takes runs of bytes");
    return false;
}

/* Runs of bytes that change nothing: bodies, and the values of headers that are not ours to judge. */
static size_t skip_run(struct guard *guard, const unsigned char *data, size_t length)
{
    size_t count = 0;
    if (guard->state == GUARD_BODY || guard->state == GUARD_CHUNK_DATA) {
        count = guard->body_left < length ? (size_t)guard->body_left : length;
        guard->body_left -= count;
        if (guard->body_left == 0 && guard->state == GUARD_BODY)
            on_request_end(guard);
        else if (guard->body_left == 0)
            guard->state = GUARD_CHUNK_DATA_CR;
        return count;
    }
    size_t room = GUARD_HEAD_BYTES_MAX - guard->head_bytes;
    if (guard->state == GUARD_VALUE && !is_framing(guard->field))
        while (count < length && count < room && is(data[count], VALUE))
            count++;
    guard->head_bytes += (uint32_t)count;
    return count;
}

size_t guard_feed(struct guard *guard, const char *data, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)data;
    guard->complete_end = 0;
    size_t at = 0;
    while (at < length && guard->state != GUARD_REFUSED) {
        uint64_t requests_before = guard->requests_passed;
        size_t skipped = skip_run(guard, bytes + at, length - at);
        at += skipped;
        if (!skipped) {
            bool accepted = on_byte(guard, bytes[at]);
            if (accepted && guard_in_head(guard) && ++guard->head_bytes > GUARD_HEAD_BYTES_MAX)
                accepted = refuse(guard, ERROR_HTTP_HEAD_TOO_LARGE, "the request's header is larger than 8 KiB");
            if (!accepted)
                break;
            at++;
        }
        if (guard->requests_passed != requests_before)
            guard->complete_end = at;
    }
    return at;
}
