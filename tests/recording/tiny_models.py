"""Models with random weights and a tokenizer of a few words, made in milliseconds."""

import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import nn

torch.set_num_threads(1)  # models this small are faster so

WORDS = ["[UNK]", "[PAD]", "a", "fox", "the", "quick", "brown", "jumps", "over", "lazy", "dog", "said"]

bare = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
bare.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=bare, unk_token="[UNK]", pad_token="[PAD]")


def ids_of(text):
    return [WORDS.index(word) for word in text.split()]


def made(kind, **options):
    """A model of the transformers library, in evaluation mode."""
    torch.manual_seed(0)
    return kind(kind.config_class(vocab_size=len(WORDS), **options)).eval()


def gpt2(**options):
    small = {"n_positions": 16, "n_embd": 8, "n_layer": 2, "n_head": 2, "bos_token_id": 0, "eos_token_id": 0}
    return made(transformers.GPT2LMHeadModel, **small, **options)


def t5():
    return made(
        transformers.T5ForConditionalGeneration, d_model=8, d_kv=4, d_ff=16, num_layers=2, num_decoder_layers=3,
        num_heads=2, decoder_start_token_id=0, pad_token_id=1,
    )  # fmt: skip


class Reader(nn.Module):
    """An LSTM and an LSTM cell over embedded ids, read as the function ``reads(self, ids)`` says."""

    def __init__(self, reads=None, *, batch_first=True):
        super().__init__()
        torch.manual_seed(1)
        self.embedding = nn.Embedding(len(WORDS), 4)
        self.positions = nn.Embedding(20, 4)
        self.lstm = nn.LSTM(4, 5, batch_first=batch_first)
        self.second = nn.LSTM(5, 3, batch_first=batch_first)
        self.cell = nn.LSTMCell(4, 5)
        self.decoder = nn.Linear(5, len(WORDS))
        self.reads = reads or (lambda self, ids: self.lstm(self.embedding(ids))[0])

    def forward(self, ids):
        return self.reads(self, ids)
