"""What the codes in the column ``diagnostics`` and in the notes of files mean.

A code says something about one record (or one file) that a reader of its numbers may want to know.  Nothing is dropped
because of a code: ``repaired`` means that the text was mended in the one way that has a meaning, ``suspect`` that it
may not be what it seems.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Code(NamedTuple):
    """``level`` is information, repaired or suspect for a record, and file for what concerns a whole file."""

    level: str
    meaning: str


#: Every code, by the place where it arises.
CODES: Final[dict[str, Code]] = {
    # Markers in a completion
    "no_marker": Code("information", "neither a marker nor a field of reasoning: all text is the answer"),
    "no_open_tag": Code("information", "a closer only: the opener stood in the prompt"),
    "unclosed_reasoning": Code("information", "no closer: all text is reasoning, mostly cut off by a limit of tokens"),
    "empty_reasoning": Code("information", "a block with nothing in it"),
    "nested": Code("information", "an opener inside a block"),
    "multi_block": Code("information", "several blocks, joined by a blank line"),
    "implicit_close_tool": Code("information", "a block that ends where a tool call begins"),
    "literal_marker": Code("information", "a marker that is quoted or stands in a sentence"),
    "special_token_removed": Code("information", "a token of the template was cut from an edge"),
    "prompt_in_output": Code("information", "prompt and completion were one string, and were parted"),
    "stray_closer": Code("repaired", "surplus closers behind a block were dropped"),
    "tag_variant": Code("repaired", "a tag in other case, with attributes or an id"),
    "markup_unescaped": Code("repaired", "escaped markup was unescaped, because no plain marker was there"),
    "unbalanced": Code("suspect", "openers and closers do not pair; the last closer ends the block"),
    "mirrored_closer": Code("suspect", "a second opener stands where the closer belongs"),
    "bad_channel": Code("suspect", "a header of harmony that names no known channel"),
    "special_tokens_stripped_suspect": Code("suspect", "markers seem to have been removed by decoding"),
    "retry_concatenation_suspect": Code("suspect", "a stream that was cut and its retry stand in one string"),
    "reasoning_in_answer_suspect": Code("suspect", "unmarked text that opens like a chain of thought; it stays answer"),
    # Fields of a payload
    "answer_in_reasoning_suspect": Code("suspect", "reasoning and no answer, though the completion ended by itself"),
    "cot_stripped_suspect": Code("suspect", "the writer is known to remove reasoning"),
    "duplicate_field_text": Code("information", "the same text in two fields counts once"),
    "two_layer_reasoning": Code("suspect", "a field of reasoning and another block in the answer; both are kept"),
    "summary_only": Code("information", "only a summary by the provider"),
    "redacted": Code("information", "the reasoning was withheld"),
    "encrypted_only": Code("information", "only ciphertext"),
    "mixed_forms": Code("information", "parts of several forms; those of the first form are kept"),
    # Several traces in a record, several records of a trace
    "ragged_lists": Code("information", "lists of other lengths than that of the samples stay whole"),
    "duplicate_record": Code("information", "the same completion again, such as once a filter; it counts once"),
    "shared_prefix": Code("information", "a path through a tree whose beginning another trace holds too"),
    "flag_not_text": Code("information", "a field that is called like reasoning and only says whether it was on"),
    "repeated_id": Code("suspect", "the id stood in another record before; a number was added"),
    # Bytes of a record
    "bom": Code("information", "a byte-order mark was removed"),
    "invalid_utf8_replaced": Code("repaired", "bytes that are no UTF-8 became U+FFFD"),
    "lone_surrogate_replaced": Code("repaired", "half a surrogate pair became U+FFFD"),
    "cesu8_joined": Code("repaired", "the bytes of a surrogate pair became its character"),
    "control_chars_raw": Code("repaired", "control characters that JSON wants escaped were read as they stand"),
    "nonfinite_number": Code("repaired", "NaN or Infinity, which JSON does not have"),
    "big_integer": Code("repaired", "an integer beyond 64 bits was read exactly"),
    "multi_value_line": Code("repaired", "several values on a line"),
    "joined_lines": Code("repaired", "a record that was broken over lines"),
    "string_list_parsed": Code("repaired", "a list that was stored as a string"),
    "stream_incomplete": Code("information", "a stream without its end"),
    # Whole files
    "wrong_encoding": Code("file", "UTF-16 or UTF-32"),
    "wrong_extension": Code("file", "the content is another than the name says"),
    "mixed_record_types": Code("file", "a record has another shape than the first that gave a trace"),
    "truncated_container": Code("file", "the end of an archive or of a packed stream is missing"),
    "unfinished_log": Code("file", "a log without its closing header: the run was stopped or goes on"),
    "file_growing": Code("file", "the last line has no end yet: the file is still written to"),
    "request_failed": Code("file", "an item of a batch that failed"),
    "no_completion": Code("file", "a record of a log that holds no completion, such as an event or a choice by score"),
    "prompt_not_parted": Code("file", "prompt and completion are one string, and nothing tells where the one ends"),
    "lfs_pointer": Code("file", "a pointer of Git LFS in place of the data"),
    "unrelated_file": Code("file", "nothing in it is a trace"),
    "unsafe_container": Code("file", "a format that can run code, or an archive that tries to get out"),
    "empty_file": Code("file", "nothing is in it"),
}

#: Codes that say that a record was mended.
REPAIRS: Final = frozenset(name for name, code in CODES.items() if code.level == "repaired")
