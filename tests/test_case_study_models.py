"""What the models of two case studies read: prose with dialogue as characters, and sentences whose verbs agree."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kept_out import module_of_training

agreement, dialogue, train_agreement = map(module_of_training, ("agreement", "dialogue", "train_agreement"))


# ------------------------------------------------------------------ dialogue


SINGLE_MARKS = str.maketrans({"`": "\N{LEFT SINGLE QUOTATION MARK}", "'": "\N{RIGHT SINGLE QUOTATION MARK}"})


@pytest.mark.parametrize(
    ("printed", "straight"),
    [
        ("`Well!' thought Alice, `it's late.'", '"Well!" thought Alice, "it\'s late."'),
        ("`Don't say “Jip!”' he cried.", "\"Don't say 'Jip!'\" he cried."),
        ("“Come,” said she; “the horses' hay.”", '"Come," said she; "the horses\' hay."'),
        ('"They can\'t," said the fox.', '"They can\'t," said the fox.'),
        ("the boys' hats", "the boys' hats"),
        ("`Oh, what a day", None),
        ("a day!' said she", None),
        ("`Oh, `what a day!'", None),
    ],
)
def test_one_mark_opens_and_closes_what_is_said(printed, straight):
    assert dialogue.straightened(printed.translate(SINGLE_MARKS)) == straight


def test_in_each_paragraph_of_the_books_marks_and_brackets_are_closed_and_lines_are_short():
    for text in (dialogue.alice()[0], dialogue.tales()[0]):
        assert max(map(len, text.split("\n"))) <= dialogue.WIDTH
        for paragraph in text.split("\n\n"):
            assert paragraph.count('"') % 2 == 0
            assert paragraph.count("(") == paragraph.count(")")
            assert set(dialogue.MARK.findall(paragraph)) <= {'"', "'"}


# ----------------------------------------------------------------- agreement


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_every_verb_has_the_number_of_its_subject(seed):
    tables = agreement.VERBS | agreement.INTRANSITIVE
    forms = dict.fromkeys((*agreement.NOUNS, *tables), "singular")
    forms |= dict.fromkeys((*agreement.NOUNS.values(), *tables.values()), "plural")
    for each in agreement.Grammar(seed).sentences(20):
        assert each.numbers == [forms.get(word) for word in each.words]
        nouns = [place for place, role in enumerate(each.roles) if role in ("subject", "attractor")]
        assert each.numbers[each.verb] == each.numbers[nouns[0]] == each.number
        for place in (place for place, role in enumerate(each.roles) if role == "inner verb"):
            after_that = each.words[place - 1] == "that"  # the boy that likes the girls; else: that the girls like
            noun = max(noun for noun in nouns if noun < place) if after_that else place - 1
            assert each.numbers[place] == each.numbers[noun]


def test_tracks_of_a_sentence_are_those_of_a_count_by_hand():
    made = agreement.Sentence()
    for word, role, number in [
        ("the", "determiner", None), ("boy", "subject", "singular"), ("near", "preposition", None),
        ("my", "determiner", None), ("dogs", "attractor", "plural"), ("often", "adverb", None),
        ("waits", "verb", "singular"), (".", "end", None),
    ]:  # fmt: skip
        made.add(word, role, number)
    tracks = {name: track[:] for name, track in agreement.tracks_of([made]).items()}
    assert tracks["subject number"] == [None, *["singular"] * 5, None, None]
    assert tracks["attractors"] == [None, *["other"] * 5, None, None]
    assert tracks["next verb"] == [*[None] * 5, "singular", None, None]
    assert tracks["next role"] == [*made.roles[1:], None]
    assert agreement.Grammar(0).sentence().words == agreement.Grammar(0).sentence().words


def test_verbs_by_number_have_the_probabilities_of_all_verbs_of_that_number():
    scores = torch.randn(3, 2, len(agreement.VOCABULARY), generator=torch.Generator().manual_seed(0))
    by_number, of_words = (each.softmax(-1).numpy() for each in (agreement.verbs_by_number(scores), scores))
    tables = agreement.VERBS | agreement.INTRANSITIVE
    singular, plural = (
        sum(of_words[..., agreement.VOCABULARY.index(word)] for word in words) for words in (tables, tables.values())
    )
    np.testing.assert_allclose(by_number[..., 1], plural / (singular + plural), rtol=1e-5)


def test_the_model_that_is_kept_agrees_past_nouns_of_the_other_number():
    sentences = agreement.Grammar(7).sentences(200)
    found = train_agreement.agrees(agreement.trained_model(), sentences)
    other = [right for right, each in zip(found, sentences, strict=True) if each.attractors == "other"]
    assert len(other) > 50
    assert sum(other) / len(other) > 0.95
