"""Phrases are found in the text as it reads, whatever the tokens are."""

import pickle
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from lstmvis_widget import StateExplorer, StateWriter
from lstmvis_widget.timeline.pieces import Piece
from lstmvis_widget.timeline.tokenizer_pieces import readable_vocabulary
from lstmvis_widget.timeline.tokens import Tokens

TEXT = "The Rabbit, said the other; the White Rabbit ran"


def tokens_of(words, vocabulary=None):
    return Tokens(words, len(words), vocabulary)


WAYS = {
    "words": "The Rabbit , said the other ; the White Rabbit ran".split(),  # noqa: SIM905
    "characters": list(TEXT),
    "SentencePiece": "▁The ▁Rab bit , ▁said ▁the ▁o ther ; ▁the ▁White ▁Rab bit ▁ran".split(),  # noqa: SIM905
    "byte-level": "The ĠRab bit , Ġsaid Ġthe Ġo ther ; Ġthe ĠWhite ĠRab bit Ġran".split(),  # noqa: SIM905
    "WordPiece": "The Rab ##bit , said the o ##ther ; the White Rab ##bit ran".split(),  # noqa: SIM905
    "BPE": "The Rab@@ bit , said the o@@ ther ; the White Rab@@ bit ran".split(),  # noqa: SIM905
    "spaces between": re.split(r"(\s)", TEXT),
}
WAYS["own spaces"] = [word.replace("Ġ", " ") for word in WAYS["byte-level"]]
WAYS["readable"] = [Piece(word[1:], before=True) if word[0] == "Ġ" else word for word in WAYS["byte-level"]]
WAYS["ends of words"] = [word[:-2] if word.endswith("@@") else f"{word}</w>" for word in WAYS["BPE"]]
"""The same text in tokens of each kind."""


def said(words, ranges):
    """The tokens of each range, without marks and white space."""
    return ["".join(re.sub(r"</w>|@@|##|[▁Ġ\s]", "", word) for word in words[a:b]) for a, b in ranges.tolist()]


@pytest.mark.parametrize("words", WAYS.values(), ids=WAYS)
class TestEveryKind:
    @pytest.mark.parametrize(
        ("phrase", "hits"),
        [("Rabbit", ["Rabbit"] * 2), ("the", ["the"] * 2), ("the White\nRabbit", ["theWhiteRabbit"]), ("hite", [])],
    )
    def test_a_phrase_is_found_as_it_reads(self, words, phrase, hits):
        if phrase == "the" and len(words) == len(TEXT):
            hits = [*hits[:1], "the", *hits[1:]]  # characters also have it within "other"
        if phrase == "hite" and len(words) == len(TEXT):
            hits = ["hite"]
        found = tokens_of(words).find(phrase)
        touched = [hit.rstrip(",;") for hit in said(words, found)]  # punctuation is a part of some tokens
        assert touched == hits

    def test_case_may_be_ignored(self, words):
        assert len(tokens_of(words).find("THE rABBIT", ignore_case=True)) == 1
        assert len(tokens_of(words).find("THE rABBIT")) == 0

    def test_a_regular_expression_is_searched_for_in_the_text(self, words):
        found = tokens_of(words).find("White Rab.it", regex=True)
        assert said(words, found) == ["WhiteRabbit"]
        assert len(tokens_of(words).find(r"\bRab", regex=True)) == 2

    def test_the_page_finds_it_too(self, words):
        explorer = StateExplorer(np.zeros((len(words), 2)), words, find_text="the white rabbit", background=False)
        [[_, hit, after]] = explorer._find_hits["lines"]
        assert (hit, after, explorer._find_hits["tight"]) == ("the White Rabbit", "ran", [False])
        explorer.find_text = "/Rab/"
        text = "".join(explorer._find_hits["lines"][0][1:]) if explorer._find_hits["tight"][0] else "Rabbit"
        assert text.startswith("Rabbit")
        explorer.close()

    def test_items_of_a_list_are_tokens(self, words):
        assert tokens_of(words).find(words[1:3]).tolist()[0] == [1, 3]


def test_punctuation_may_be_written_with_or_without_white_space():
    for name in ("words", "WordPiece", "ends of words", "BPE"):
        for phrase in ("Rabbit, said", "Rabbit , said", "Rabbit ,said", "Rabbit,said"):
            assert len(tokens_of(WAYS[name]).find(phrase)) == 1, (name, phrase)


def test_contractions_are_found_as_one_writes_them():
    words = tokens_of(["I", "do", "n't", "know", "the", "Rabbit", "'s", "name", "``", "Oh", "''"])
    assert words.find("I don't know").tolist() == [[0, 4]]
    assert words.find("the Rabbit's name").tolist() == [[4, 8]]


def test_words_are_whole_tokens():
    words = tokens_of(["the", "then", "the,", "New York", "C", "C#", "C#m"])
    assert words.find("the").tolist() == [[0, 1]]
    assert words.find("C").tolist() == [[4, 5]]
    assert words.find("New  York").tolist() == [[3, 4]]
    assert words.find("York").tolist() == []


def test_scripts_without_spaces_are_joined_by_nothing():
    words = tokens_of(["我", "喜欢", "猫", "。", "Python", "很", "好"])
    for phrase in ("喜欢猫。", "喜欢 猫 。", "我喜欢猫"):
        assert len(words.find(phrase)) == 1
    assert words.find("Python很好").tolist() == words.find("Python 很好").tolist() == [[4, 7]]
    assert words.find("喜").tolist() == []
    assert words.find("喜欢猫", regex=True).tolist() == [[1, 3]]
    pieces = tokens_of(["▁我喜欢", "猫"])
    assert pieces.find("欢猫").tolist() == [[0, 2]]
    assert tokens_of(["ฉัน", "รัก", "แมว", "ok"]).find("รักแมว").tolist() == [[1, 3]]


def test_white_space_does_not_matter_where_the_text_has_none():
    for phrase in ("GAT", "G A T", "GA T"):
        assert tokens_of(list("AGATTAGAT")).find(phrase).tolist() == [[1, 4], [6, 9]]
    assert tokens_of(list("0((3)4)")).find("( 3 )").tolist() == [[2, 5]]
    assert tokens_of(list("AGATT")).find("AT+", regex=True).tolist() == [[2, 5]]


def test_any_white_space_in_a_text_of_characters_is_white_space():
    text = "the White\n  Rabbit\tran"
    assert tokens_of(list(text)).find("white rabbit ran", ignore_case=True).tolist() == [[4, len(text)]]
    assert tokens_of(list(text)).find("WhiteRabbit").tolist() == []
    assert tokens_of(["said", "\n", "the"]).find("said the").tolist() == [[0, 3]]


def test_bytes_make_characters_together():
    words = ["don", "âĢ", "Ļ", "t", "Ġsee", "Ġca", "f", "Ã", "©", "ĠðŁ", "ĺ", "Ģ"]
    assert tokens_of(words).find("don\u2019t see").tolist() == [[0, 5]]
    assert tokens_of(words).find("CAFÉ", ignore_case=True).tolist() == [[5, 9]]
    assert tokens_of(words).find("caf").tolist() == []
    assert tokens_of(words).find("😀").tolist() == tokens_of(words).find("😀$", regex=True).tolist() == [[9, 12]]
    fallback = ["▁caf", "<0xC3>", "<0xA9>", "<0x0A>", "▁now"]
    assert tokens_of(fallback).find("café now").tolist() == [[0, 5]]
    chinese = ["æĪĳ", "åĸľæ¬¢", "çĮ", "«"]
    assert tokens_of(chinese).find("喜欢猫").tolist() == [[1, 4]]


@pytest.mark.parametrize(
    "text",
    [
        "Ġurnata sabiħa f' Malta",
        "l' été à Noël",
        "Māori words",
        "a ## b",
        "- - ▁▃▅ - up",
        "a @@ b </w> c",
    ],
)
def test_words_that_look_like_pieces_are_words(text):
    words = text.split()
    assert tokens_of(words).find(text).tolist() == [[0, len(words)]]
    assert tokens_of(words).lookup.joined.text == " ".join(words)


def test_special_tokens_stand_by_themselves():
    words = ["<s>", "▁The", "▁end", "</s>", "<s>", "Rab", "bit", "[CLS]"]
    assert tokens_of(words).find("end").tolist() == [[2, 3]]
    assert tokens_of(words).find("Rabbit").tolist() == [[5, 7]]
    assert tokens_of(words).find("end </s> <s> Rabbit").tolist() == [[2, 7]]
    assert tokens_of(words).lookup.joined.text == "<s>  The end </s> <s> Rabbit [CLS]"


def test_pieces_written_with_their_marks_are_tokens():
    assert tokens_of(WAYS["WordPiece"]).find("##bit").tolist() == [[2, 3], [12, 13]]
    assert tokens_of(WAYS["SentencePiece"]).find("▁Rab bit").tolist() == [[1, 3], [11, 13]]


def test_the_vocabulary_tells_the_kind_of_a_short_text():
    pieces = ["R", "abbit", "Ġand", "Ġthe", "ĠWhite"]
    assert tokens_of([0, 1], pieces).find("Rabbit").tolist() == [[0, 2]]
    decoded = ["R", "abbit", " and", " the", " White"]
    assert tokens_of([0, 1], decoded).find("Rabbit").tolist() == [[0, 2]]


def test_letters_that_become_several_without_case_are_found_whole():
    assert tokens_of(list("Straße")).find("STRASSE", ignore_case=True).tolist() == [[0, 6]]
    assert tokens_of(list("Straße")).find("s", ignore_case=True).tolist() == [[0, 1]]
    assert tokens_of(list("ﬁn fin")).find("FIN", ignore_case=True).tolist() == [[0, 2], [3, 6]]
    assert tokens_of(["▁Wei", "ßbier", "▁da"]).find("WEISSBIER DA", ignore_case=True).tolist() == [[0, 3]]


def test_marks_belong_to_their_letters():
    hindi = tokens_of(["▁हिन्दी", "▁हि"])
    assert hindi.find("हि").tolist() == [[1, 2]]
    accents = unicodedata.normalize("NFD", "né")
    assert tokens_of([accents[0], accents[1:], "e"]).find("e").tolist() == [[2, 3]]


def test_sequences_do_not_run_into_each_other():
    words = ["ĠRab", "bit", "The", "Ġend", "On", "ce"]
    explorer = StateExplorer(np.zeros((6, 1)), words, sequences=[2, 2, 2])
    assert explorer.find("The end").tolist() == [[2, 4]]
    assert explorer.find("Once").tolist() == [[4, 6]]
    assert explorer.find(r"\bOnce", regex=True).tolist() == [[4, 6]]
    assert explorer.find("end Once").tolist() == []
    explorer.close()


@given(st.text("aAbé \n猫", max_size=40), st.text("aAbé 猫", max_size=3), st.booleans())
def test_characters_are_found_as_an_editor_finds_them(text, phrase, ignore_case):
    fold = str.lower if ignore_case else str
    words = fold(phrase).split()
    if not words:
        return
    blank = r"\s+" if any(map(str.isspace, text)) else ""  # where a text has none, that of a phrase doesn't matter
    expected = [
        [start, stop]
        for start in range(len(text))
        for stop in range(start + 1, len(text) + 1)
        if re.fullmatch(blank.join(words), fold(text[start:stop]))
    ]
    assert tokens_of(list(text)).find(phrase, ignore_case=ignore_case).tolist() == expected


def trained(kind):
    """A tokenizer of this kind, of few pieces."""
    texts = [TEXT + " — don\u2019t you see, naïve Rabbit? 猫"] * 3
    if kind == "byte-level":
        made = Tokenizer(models.BPE())
        made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
        trainer = trainers.BpeTrainer(vocab_size=270, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    elif kind == "SentencePiece":
        made = Tokenizer(models.Unigram())
        made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
        trainer = trainers.UnigramTrainer(vocab_size=60, unk_token="<unk>", special_tokens=["<unk>"])
    elif kind == "ends of words":
        made = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.BpeTrainer(vocab_size=60, special_tokens=["<unk>"], end_of_word_suffix="</w>")
    else:
        made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=70, special_tokens=["[UNK]", "[CLS]", "[SEP]"])
    made.train_from_iterator(texts, trainer)
    return made, made.encode(texts[0])


@pytest.mark.parametrize("kind", ["byte-level", "SentencePiece", "ends of words", "WordPiece"])
def test_pieces_of_real_tokenizers_are_found_raw_and_readable_and_in_files(kind, tmp_path):
    tokenizer, encoded = trained(kind)
    readable = readable_vocabulary(tokenizer)
    with StateWriter(tmp_path / "s.h5", vocabulary=readable) as writer:
        writer.append(np.zeros((len(encoded.ids), 1)), np.array(encoded.ids))
    from_file = StateExplorer.open(tmp_path / "s.h5")
    ways = [
        tokens_of(encoded.tokens),
        tokens_of(encoded.ids, readable),
        tokens_of(encoded.ids, pickle.loads(pickle.dumps(readable))),  # noqa: S301  (our own)
        from_file.tokens,
        tokens_of(tokens_of(encoded.ids, readable)[:]),
    ]
    for phrase in ("Rabbit", "the White Rabbit", "don\u2019t you see,", "naïve Rabbit", "other; the"):
        assert len(ways[0].find(phrase)) > 0, phrase
        for way in ways[1:]:
            assert way.find(phrase).tolist() == ways[0].find(phrase).tolist(), phrase
    assert ways[0].find("abbit").tolist() == ways[1].find("abbit").tolist() == []
    from_file.close()
