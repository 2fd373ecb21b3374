"""The book's names that belong to its other chapters, so that whoever uses one here is told where it is."""

from ..i18n import say

__all__ = ["advice"]

# What the book's package offers beyond what this one carries, of both editions.
NAMES = frozenset(
    """
    AdditiveAttention AddNorm annotate assign_anchor_to_bbox AttentionDecoder BananasDataset BasicScheduler batchify
    bbox_to_rect Benchmark BERTEncoder BERTModel bleu box_center_to_corner box_corner_to_center box_iou
    build_array_nmt check_len check_shape copyfile count_corpus DATA_HUB data_iter DATA_URL Decoder distance_matrix
    DotProductAttention download download_all download_extract Encoder EncoderBlock EncoderDecoder evaluate_accuracy
    evaluate_loss extract frozen_lake get_centers_and_contexts get_data_ch11 get_dataloader_workers get_negatives
    get_tokens_and_segments grad_clipping GRU hpo_objective_lenet HPOScheduler HPOSearcher HPOTrainer HPOTuner
    init_seq2seq LinearRegression LinearRegressionScratch linreg load_array load_corpus_time_machine
    load_data_bananas load_data_imdb load_data_nmt load_data_ptb load_data_snli load_data_time_machine load_data_voc
    load_data_wiki make_env masked_softmax MaskedSoftmaxCELoss MaskLM MTFraEng multibox_detection multibox_prior
    multibox_target MultiHeadAttention NextSentencePred nms nn_Module offset_boxes offset_inverse plot
    PositionalEncoding PositionWiseFFN predict_ch3 predict_ch8 predict_sentiment predict_seq2seq predict_snli
    preprocess_nmt RandomGenerator RandomSearcher rbfkernel read_csv_labels read_data_bananas read_data_nmt
    read_imdb read_ptb read_snli read_time_machine read_voc_images reorg_test reorg_train_valid RNN RNNLM
    RNNLMScratch RNNModel RNNModelScratch RNNScratch Seq2Seq Seq2SeqEncoder seq_data_iter_random
    seq_data_iter_sequential SeqDataLoader sequence_mask set_axes SGD sgd show_bboxes show_heatmaps
    show_list_len_pair_hist show_Q_function_progress show_trace_2d show_value_function_progress SNLIDataset
    SoftmaxRegression split_batch squared_loss subsample SuccessiveHalvingScheduler synthetic_data
    SyntheticRegressionData TimeMachine TokenEmbedding tokenize tokenize_nmt train_2d train_batch_ch13 train_ch11
    train_ch13 train_ch3 train_ch8 train_concise_ch11 train_epoch_ch3 train_epoch_ch8 train_seq2seq
    TransformerEncoder TransformerEncoderBlock truncate_pad update_D update_G use_svg_display VOC_CLASSES
    VOC_COLORMAP voc_colormap2label voc_label_indices voc_rand_crop Vocab VOCSegDataset
    """.split()  # noqa: SIM905 (as a list it would fill two hundred lines)
)
LIBRARIES = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "nn": "from torch import nn",
    "F": "from torch.nn import functional as F",
    "torch": "import torch",
    "torchvision": "import torchvision",
    "transforms": "from torchvision import transforms",
    "display": "from IPython import display",
    "Image": "from PIL import Image",
}


def advice(name: str) -> str:
    """Where else a name of the book is to be found, in a sentence; "" if it is none.

    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> advice("np")
    'd2l.np is a library of its own here: import numpy as np'
    """
    if name in LIBRARIES:
        line = LIBRARIES[name]
        return say(f"d2l.{name} is a library of its own here: {line}", f"这里的 d2l 不带 {name}，请直接写 {line}")
    if name in NAMES:
        return say(
            f"d2l.{name} belongs to another chapter of Dive into Deep Learning. d2lutil has the names of the two "
            "chapters on convolutional networks (convolutional-neural-networks, convolutional-modern); for the others: "
            "pip install --no-deps d2l, then from d2l import torch as d2l",
            f"d2l.{name} 属于《动手学深度学习》的其他章节。d2lutil 只有卷积神经网络那两章"
            "（convolutional-neural-networks 与 convolutional-modern）用到的名字；其余的请用书中的包："
            "pip install --no-deps d2l，再写 from d2l import torch as d2l",
        )
    return ""
