"""What a text encoder will not read: the end of a prompt that is too long.

Must not change a prompt; it only says what the model cuts off.
"""

from __future__ import annotations

from core_server.engine.pipelines import Tokenizer

_SHOWN = 80


def unread_end(tokenizer: Tokenizer, prompt: str) -> str:
    """The end of a prompt beyond the tokenizer's length; "" if all of it is read."""
    tokens = tokenizer(prompt)["input_ids"]
    limit = tokenizer.model_max_length
    if len(tokens) <= limit:
        return ""
    # The last place of the limit is taken by the end mark; so is the last token here.
    return tokenizer.decode(tokens[limit - 1 : -1]).strip()


def cut_notes(tokenizer: Tokenizer, **texts: str) -> tuple[str, ...]:
    """One sentence for each text (by field name) whose end the model does not read."""
    notes = []
    for field, text in texts.items():
        end = unread_end(tokenizer, text)
        if end:
            shown = end if len(end) <= _SHOWN else end[:_SHOWN] + "…"
            name = field.replace("_", " ")
            notes.append(f"The {name} is longer than this model reads; not used: “{shown}”.")
    return tuple(notes)
