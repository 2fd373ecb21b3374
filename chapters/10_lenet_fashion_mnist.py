# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 10 LeNet on Fashion-MNIST
#
# *You train the network that thousands of students have trained before you, on the same pictures, with the same recipe. Your neighbour
# gets 82% right, you get 77%, the web page says 80%. Who made a mistake? And how far can this small network be taken?*
#
# **In this chapter you will**
# - train LeNet on sixty thousand pictures of clothes, with the recipe of the textbooks;
# - find out how much of a result is luck, and how to report it so that luck shows;
# - see where the seconds go while a network learns;
# - improve the network in six steps, and tell the steps that help from those that only seem to;
# - look at the mistakes that remain, and see why some of them may never go.
#
# **Time:** about 35 minutes to read and run (two of them for training), 60 more for the exercises. **You need:** chapter 09, the mean and
# the standard deviation, and the data set Fashion-MNIST (30 MB, downloaded by itself if there is a network).

# %% [markdown] lang="zh"
# # 10 在 Fashion-MNIST 上训练 LeNet
#
# *成千上万的学生训练过同一个网络，用的是同样的图像、同样的配方。现在轮到你了：同桌的准确率是 82%，你的是 77%，网页上写的是 80%。
# 究竟谁做错了？这个小小的网络又能走多远？*
#
# **学完本章，你将能够**
# - 按教科书的配方，在六万张服装图像上训练 LeNet；
# - 看清一个结果里有多少是运气，并学会怎样报告结果，让运气无处藏身；
# - 看到网络学习时，时间都花在了哪里；
# - 分六步改进网络，分清哪几步真的有用，哪几步只是看上去有用；
# - 查看剩下的错误，并明白其中有些为什么也许永远改不掉。
#
# **所需时间：** 阅读并运行约 35 分钟（其中两分钟用于训练），练习另需 60 分钟。**预备知识：** 第 09 章，均值与标准差，
# 以及数据集 Fashion-MNIST（30 MB，有网络时会自动下载）。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Let the class vote: the neighbour, you, the web page, or nobody? Write the three numbers on the board and leave them there. **Expect:** a search for bugs. Nobody thinks of luck yet.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 让全班投票：是同桌、是你、是网页，还是谁都没错？把三个数写在黑板上，一直留着。**常见错误：** 马上去找程序里的毛病。这时还没有人想到运气。

# %%
import json
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · Ten kinds of clothes
#
# Digits are easy: chapter 09 passed ninety-seven percent in seconds. Fashion-MNIST was made to be just as handy and much harder: grey pictures of
# the same size, ten classes, but things that people wear. If the data are neither here nor to be had, the next cell says what to do, and the
# notebook ends there.

# %% [markdown] lang="zh"
# ## 1 · 十类服装
#
# 手写数字太容易了：第 09 章只用几秒就超过了百分之九十七。Fashion-MNIST 同样小巧，却难得多：图像大小相同，也是灰度图，也分十类，
# 只是换成了穿戴用品。如果本机没有数据，也下载不到，下面的单元格会告诉你该怎么办，笔记本也就到此为止。

# %%
try:
    train, test = d2l.load_data_fashion_mnist(batch_size=256)
    print(train, test, sep="\n")
except d2l.DataNotAvailable as reason:
    d2l.end_here(reason)

# %% [markdown] lang="en"
# **Predict:** below is one picture of each class. Which two classes will be mixed up most often? Commit to a pair; section 6 has the answer.

# %% [markdown] lang="zh"
# **先猜：** 下面每一类各有一张图像。哪两类最容易混淆？先选定一对，第 6 节揭晓答案。

# %% [markdown] lang="en" slide="slide"
# ## Ten kinds of clothes
#
# **Predict:** which two classes will be mixed up most often? Commit to a pair.

# %% [markdown] lang="zh" slide="slide"
# ## 十类服装
#
# **先猜：** 哪两类最容易混淆？先选定一对。

# %% tags=["slide"]
names = d2l.get_fashion_mnist_labels(range(10))
first = [int((test.labels == k).nonzero()[0]) for k in range(10)]
d2l.show_images({names[k]: test.images[first[k], 0] / 255 for k in range(10)}, columns=5)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Collect the pairs on the board; the answer comes near the end. 60,000 pictures for training, 10,000 for the test, each 28 by 28 in grey: as handy as digits, and much harder.
#
# **Ask:** what does somebody reach who always gives the same answer? **Expect:** 50%. It is 10%: ten classes, equally many of each.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 把大家选的对子记在黑板上，快结束时揭晓。训练用 60,000 张，测试用 10,000 张，都是 28 乘 28 的灰度图：和数字一样小巧，却难得多。
#
# **提问：** 如果有人永远只给同一个答案，准确率是多少？**常见错误：** 50%。其实是 10%：十类，每类一样多。

# %% [markdown] lang="en"
# One more look before any training. What does somebody reach who always gives the same answer?

# %% [markdown] lang="zh"
# 训练之前再看一眼：如果有人永远只给同一个答案，准确率是多少？

# %%
print("pictures of each class:", train.labels.bincount().tolist()[:3], "...")
print("always the same answer:", test.labels.bincount().max().item() / len(test.labels))

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> how many updates does one epoch make, and how large is its last batch?</summary>
#
# 60,000 pictures in batches of 256 make 235 batches, since $60000 / 256 = 234.375$. The last one holds the rest,
# $60000 - 234 \cdot 256 = 96$ pictures.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>一轮要更新多少次参数？最后一个批量有多大？</summary>
#
# 60,000 张图像，批量大小 256，共 235 个批量，因为 $60000 / 256 = 234.375$。最后一个批量装的是余下的图像，
# 共 $60000 - 234 \cdot 256 = 96$ 张。
# </details>

# %% [markdown] lang="en"
# ## 2 · The classic run
#
# The recipe of the textbooks: the LeNet of chapter 09 with sigmoid and average pooling, Xavier weights, plain gradient descent with
# learning rate 0.9, batches of 256, ten epochs.
#
# **Predict:** on 1,500 digits this network slept for forty epochs. Now it sees forty times as many pictures in each epoch. Will it wake up, when,
# and how many of the test pictures will it name right in the end?
#
# (This is the longest cell of the series, about a minute on two cores. Its *Stop* button, or *Kernel > Interrupt*, ends it without losing
# what was learned; leave it one whole epoch at least, for the cells below to look at.)

# %% [markdown] lang="zh"
# ## 2 · 经典实验
#
# 教科书的配方：第 09 章的 LeNet，用 sigmoid 和平均汇聚（池化），Xavier 初始化，最普通的梯度下降，学习率 0.9，批量大小 256，训练十轮。
#
# **先猜：** 在 1,500 个数字上，这个网络睡了四十轮。现在每一轮看到的图像是那时的四十倍。它会醒来吗？什么时候？最后能认对多少测试图像？
#
# （这是整个系列里最慢的单元格，在双核机器上约需一分钟。随时可以按*停止*按钮，或用 *Kernel > Interrupt* 停下，已学到的不会丢；只是至少要等它跑完一轮，下面的单元格才有东西可看。）

# %%
seed = 0
torch.manual_seed(seed)
net = d2l.lenet().apply(d2l.init_cnn)
history = d2l.fit(net, train, test, epochs=10, lr=0.9)

# %% [markdown] lang="en" slide="slide"
# ## The classic run
#
# Sigmoid, average pooling, learning rate 0.9, ten epochs. On 1,500 digits this network slept for forty epochs.
#
# **Predict:** will it wake up? When? How much does it get right in the end?

# %% [markdown] lang="zh" slide="slide"
# ## 经典实验
#
# sigmoid，平均汇聚，学习率 0.9，十轮。在 1,500 个数字上，这个网络睡了四十轮。
#
# **先猜：** 它会醒来吗？什么时候？最后能对几成？

# %% tags=["slide-answer"]
print("asleep during the first epoch (less than 35% right):", history.train_acc[0] < 0.35)
print("far above guessing at the end:", history.test_acc[-1] > 0.7)
history.plot()

# %% [markdown] lang="en" slide="notes"
# **4 min.** It wakes within an epoch or two, for three reasons: 235 updates an epoch instead of 24; four times as many pictures in each batch, so the faint gradient drowns less in noise; and clothes differ more than digits, even in mere brightness.
#
# **Ask:** why is the first training accuracy so low, although it woke in the middle of that epoch? (It is an average over the epoch, the sleep included.)

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 一两轮之内它就醒了，原因有三：每轮更新 235 次，而不是 24 次；每个批量的图像是那时的四倍，微弱的梯度不那么容易淹没在噪声里；服装之间的差别比数字大，光看亮度就不一样。
#
# **提问：** 它在第一轮中途就醒了，第一个训练准确率为什么还这么低？（那是整轮的平均，睡着的那段也算在内。）

# %% [markdown] lang="en"
# It wakes up within an epoch or two. Three things help. An epoch is longer: 235 updates, against 24 with the digits ($1500 / 64$, rounded up). Each update
# averages over four times as many pictures, so the faint gradient drowns less in the noise of the batch (try the digits of chapter 09 with `batch_size=256` for
# eighty epochs). And clothes differ more from one another than digits do. Brightness alone shows it:

# %% [markdown] lang="zh"
# 一两轮之内它就醒了，原因有三。第一，这里的一轮更长：有 235 次更新，而数字那边只有 24 次（$1500 / 64$，向上取整）。
# 第二，每次更新所平均的图像是那时的四倍，微弱的梯度不那么容易淹没在批量的噪声里（不妨回到第 09 章，用 `batch_size=256`
# 在数字上训练八十轮试试）。第三，服装之间的差别比数字之间大，单看亮度就很明显：

# %%
digits, _ = d2l.load_digits(batch_size=256)
for name, batches in (("clothes", train), ("digits", digits)):
    brightness = batches.images[:1500].float().mean((1, 2, 3)) / 255
    print(f"{name:<8} brightness {brightness.mean():.2f} ± {brightness.std():.2f}")

# %% [markdown] lang="en"
# Once it is awake, its training accuracy climbs smoothly. Look closely at the test accuracy: it stumbles on the way.
#
# (`d2l.train_ch6(net, train, test, 10, 0.9, device)` is the same experiment under the name that readers of *Dive into Deep Learning* know.)
#
# <details><summary><b>Check yourself:</b> why is the first epoch's training accuracy so far below the second's, when the plateau ends in the middle of an
# epoch?</summary>
#
# The training accuracy of an epoch is an average over all its batches, those on the plateau included. The test accuracy is measured once, after the epoch, with
# the network as it is then.
# </details>

# %% [markdown] lang="zh"
# 醒来之后，训练准确率平稳上升。再仔细看测试准确率：一路磕磕绊绊。
#
# （`d2l.train_ch6(net, train, test, 10, 0.9, device)` 做的是同一个实验，读过《动手学深度学习》的人熟悉这个名字。）
#
# <details><summary><b>自测：</b>平台在一轮的中途就结束了，为什么第一轮的训练准确率还是远远低于第二轮？</summary>
#
# 一轮的训练准确率是对这一轮所有批量取的平均，还在平台上的那些批量也算在内。测试准确率则是在一轮结束之后，用当时的网络测一次。
# </details>

# %% [markdown] lang="en"
# ## 3 · One run is no result
#
# Your run used the seed 0. Somebody else's seed gives other first weights and another order of the pictures. To see what the seed does we need many
# runs, more than anybody wants to wait for. So they were done beforehand, by the script `tools/record/fashion_runs.py` on the real data, and stored in
# `data/fashion_mnist_runs.json`: every recipe of this chapter, several seeds each.
#
# **Predict:** the same code, the same data, only another seed. Does the test accuracy vary about as much as the training accuracy, twice as much, or far more?

# %% [markdown] lang="zh"
# ## 3 · 一次运行不算结果
#
# 你刚才用的种子是 0。换一个种子，初始权重就不同，图像的顺序也不同。要看清种子的影响，得运行很多次，谁也不愿等那么久。
# 所以这些实验事先已经做好：脚本 `tools/record/fashion_runs.py` 在真实数据上运行，结果存放在 `data/fashion_mnist_runs.json` 里，
# 本章的每个配方都用了好几个种子。
#
# **先猜：** 同样的代码，同样的数据，只换种子。与训练准确率相比，测试准确率的波动是差不多大，大一倍，还是大得多？

# %%
stored = json.loads(Path("../../data/fashion_mnist_runs.json").read_text())
runs = stored["runs"]
classic = list(runs["LeNet"].values())
print(len(classic), "runs of", stored["epochs"], "epochs")

# %% [markdown] lang="en" slide="slide"
# ## The same again, with another seed
#
# Ten runs: same code, same data, another seed.
#
# **Predict:** how much more does the test accuracy scatter than the training accuracy?

# %% [markdown] lang="zh" slide="slide"
# ## 再来一遍，只换种子
#
# 十次运行：同样的代码，同样的数据，只换种子。
#
# **先猜：** 测试准确率的波动，比训练准确率大多少？


# %% tags=["slide-answer"]
def last(name, what="test_acc"):
    return torch.tensor([run[what][-1] for run in runs[name].values()], dtype=torch.float64)


d2l.show_spread(
    {what: last("LeNet", what) for what in ("train_loss", "train_acc", "test_acc")},
    xlabel="after ten epochs",
)

# %% [markdown] lang="en" slide="fragment"
# Training 0.824 ± 0.004, test 0.795 ± 0.030: *seven times* as much.

# %% [markdown] lang="zh" slide="fragment"
# 训练 0.824 ± 0.004，测试 0.795 ± 0.030：大到*七倍*。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Each dot is a run, the bar the median. **Expect:** "about as much", since it is the same network.
#
# **Ask:** is it because the test pictures are too few? Compute it: $\sqrt{0.8 \cdot 0.2 / 10000} = 0.004$. That is not enough. So what else? Leave it open for the next slide.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 每个点是一次运行，竖线标出中位数。**常见错误：** “差不多大”，因为是同一个网络。
#
# **提问：** 是测试图像太少吗？算一算：$\sqrt{0.8 \cdot 0.2 / 10000} = 0.004$，解释不了。那还会是什么？留到下一张再说。

# %%
for what in ("train_loss", "train_acc", "test_acc"):
    values = last("LeNet", what)
    print(f"{what:<10} {values.mean():.3f} ± {values.std():.3f}")

# %% [markdown] lang="en"
# Each dot is a run, the bar their median. The training numbers hardly move from seed to seed. The test accuracy does, and not because the test pictures are too few:
# chance in drawing ten thousand of them explains a deviation of $\sqrt{0.8 \cdot 0.2 / 10000} = 0.004$. It jumps within *one* run as well. Here are five of the runs,
# from the third epoch on:

# %% [markdown] lang="zh"
# 图中每个点是一次运行，竖线标出中位数。换了种子，训练集上的数几乎不动，测试准确率却动得厉害。这不是因为测试图像太少：
# 随机抽取一万张所带来的标准差，只有 $\sqrt{0.8 \cdot 0.2 / 10000} = 0.004$。即便在*同一次*运行里，它也会上下跳动。
# 下面是其中五次运行从第三轮开始的测试准确率：

# %% [markdown] lang="en" slide="slide"
# ## It stumbles within one run, too
#
# **Predict:** the training accuracy climbs smoothly. Why not the test accuracy?

# %% [markdown] lang="zh" slide="slide"
# ## 就算只看一次运行，也一路磕绊
#
# **先猜：** 训练准确率平稳上升，测试准确率为什么不是？

# %% tags=["slide"]
d2l.show_curves(
    {f"seed {k}": run["test_acc"][2:] for k, run in enumerate(classic[:5])},
    x=range(3, stored["epochs"] + 1),
    xlabel="epoch",
    ylabel="test accuracy",
)

# %% [markdown] lang="en" slide="fragment"
# One number averages 235 networks of an epoch. The other shows *the last one*, wherever its last long step has thrown it.

# %% [markdown] lang="zh" slide="fragment"
# 一个数是一轮里 235 个网络的平均；另一个只看*最后那个*，全凭最后一大步把它甩到哪里。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Learning rate 0.9 means long steps. Among these ten runs the test accuracy falls five times by more than 0.02 from one epoch to the next.
#
# **Ask:** what would you change, if you wanted a calmer curve? (Smaller steps at the end: that is a step of the recipe later on.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 学习率 0.9，步子就大。这十次运行里，有五次下一轮的测试准确率比上一轮跌了 0.02 以上。
#
# **提问：** 想让曲线平静些，该改什么？（快结束时把步子放小：后面的配方里就有这一步。）

# %%
drops = sum(
    before - after > 0.02 for run in classic for before, after in pairwise(run["test_acc"][1:])
)
print("drops of more than 0.02 from one epoch to the next:", drops)

# %% [markdown] lang="en"
# A learning rate of 0.9 makes long steps, and the network at the end of an epoch is wherever the last step has thrown it. The training accuracy averages over
# 235 such places and looks calm. The test accuracy shows a single one.
#
# So which number is the result? *The mean over seeds, with the deviation beside it.* And was your own run in order? It should lie where the others
# do, within five deviations of their mean (a generous fence: it is there to catch mistakes, not bad luck):

# %% [markdown] lang="zh"
# 学习率 0.9 意味着步子迈得很大，一轮结束时网络停在哪里，全看最后一步把它甩到了哪里。训练准确率是 235 个这样的位置的平均，
# 所以显得平静；测试准确率只看其中一个位置。
#
# 那么，哪个数才算结果？*各个种子的均值，再在旁边写上标准差。* 你自己的那次运行正常吗？它应该与别人的落在一处，
# 离均值不超过五个标准差（这个范围很宽：要查的是错误，不是坏运气）：


# %%
def in_range(value, others, width=5):
    return abs(value - others.mean()) <= width * others.std()


print(
    "my training loss lies where it should:    ",
    bool(in_range(history.train_loss[-1], last("LeNet", "train_loss"))),
)
print(
    "my training accuracy lies where it should:",
    bool(in_range(history.train_acc[-1], last("LeNet", "train_acc"))),
)
print(
    "my test accuracy lies where it should:    ",
    bool(in_range(history.test_acc[-1], last("LeNet"))),
)

# %% [markdown] lang="en"
# Published runs of this very experiment report a loss of 0.467 to 0.469, a training accuracy of 0.823 to 0.825, and a test accuracy of anything from
# 0.752 to 0.828. Now you know why the last pair is so far apart, and that nobody had made a mistake.
#
# <details><summary><b>Check yourself:</b> somebody prints the best test accuracy of all epochs instead of the last one. Why is that not honest?</summary>
#
# Then the test pictures have chosen the epoch, and the number is too good for new pictures. It picks the lucky moment out of ten. The next cell shows how much it flatters.
# </details>

# %% [markdown] lang="zh"
# 公开发表的同一实验，报告的损失在 0.467 到 0.469 之间，训练准确率在 0.823 到 0.825 之间，测试准确率则从 0.752 到 0.828 都有。
# 现在你知道最后这一对为什么相差那么远了，也知道谁都没有做错。
#
# <details><summary><b>自测：</b>有人报告的不是最后一轮的测试准确率，而是各轮当中最好的那个。为什么这不老实？</summary>
#
# 那样的话，是测试图像替他选了轮次，等于从十个时刻里挑了运气最好的一个，这个数对新图像来说就偏高了。下面的单元格显示它美化了多少。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## So who made a mistake?
#
# 82%, 77%, 80%: *nobody.* Report the **mean over seeds, with the deviation beside it.**
#
# **Predict:** somebody prints the best epoch instead of the last one. What is wrong with that?

# %% [markdown] lang="zh" slide="slide"
# ## 那么究竟谁错了？
#
# 82%、77%、80%：*谁都没错。* 应该报告**各个种子的均值，旁边写上标准差。**
#
# **先猜：** 有人报告的不是最后一轮，而是最好的那一轮。这有什么不对？

# %% tags=["slide-answer"]
best = torch.tensor([max(run["test_acc"]) for run in classic], dtype=torch.float64)
print(f"the best epoch flatters by {(best - last('LeNet')).mean():.3f} on average")

# %% [markdown] lang="en" slide="fragment"
# Then the test pictures have chosen the epoch: out of ten moments, the lucky one.

# %% [markdown] lang="zh" slide="fragment"
# 那样就是测试图像替他选了轮次：十个时刻里，挑了运气最好的一个。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Published runs of this very experiment report anything from 0.752 to 0.828 for the test, but 0.823 to 0.825 for the training. Point at the three numbers on the board: they all lie in the scatter.
#
# **Expect:** "the best is what the network can do". But new pictures will not choose the moment for you.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 公开发表的同一实验，测试准确率从 0.752 到 0.828 都有，训练准确率却只在 0.823 到 0.825 之间。指着黑板上那三个数：都落在波动的范围之内。
#
# **常见错误：** “最好的才是网络的真本事。”可是遇到新图像，没人替你挑时刻。

# %% [markdown] lang="en"
# ## 4 · Where do the seconds go?
#
# `fit` keeps a clock for three kinds of work: `load` (until a batch is there), `compute` (forward, backward, update) and `evaluate` (the test pictures).
#
# **Predict:** which takes longest, and is loading worth worrying about?

# %% [markdown] lang="zh"
# ## 4 · 时间花在哪里？
#
# `fit` 给三种工作分别计时：`load`（取到一个批量为止）、`compute`（前向、反向、更新）和 `evaluate`（在测试图像上评估）。
#
# **先猜：** 哪一种最花时间？装载数据值得操心吗？

# %% [markdown] lang="en" slide="slide"
# ## Where do the seconds go?
#
# Load a batch, compute, evaluate. **Predict:** which takes longest? Is loading worth worrying about?

# %% [markdown] lang="zh" slide="slide"
# ## 时间花在哪里？
#
# 装载、计算、评估。**先猜：** 哪一种最花时间？装载数据值得操心吗？

# %% tags=["slide-answer"]
d2l.show_bars(history.seconds, xlabel="seconds", repeatable=False)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Seconds on two processor cores. Loading is cheap because all pictures lie in memory as bytes, 47 MB; a loader that decodes every picture anew can cost more than this small network.
#
# **Ask:** you print `loss.item()` after every batch: what does a GPU do? (It waits: Python waits for it, then it waits for Python.) Add up on the device, read rarely.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 单位是秒，用的是两个处理器核。装载便宜，是因为全部图像以字节形式放在内存里，才 47 MB；要是每次重新解码，花的时间会超过这个小网络的计算。
#
# **提问：** 每个批量之后都打印 `loss.item()`，GPU 会怎样？（干等：Python 等它，然后它等 Python。）应该在设备上累加，少读几次。

# %%
spent = history.seconds
print("computing takes longest:", spent["compute"] > max(spent["load"], spent["evaluate"]))

# %% [markdown] lang="en"
# Loading is cheap here because there is nothing to load: all 60,000 pictures lie in memory as bytes, 47 MB, and a batch is an index into them. A loader that opens
# and decodes each picture anew, or worker processes that hand them over, can easily cost more than this small network's arithmetic.
#
# Three habits keep the rest small. They matter little on a CPU and much on a GPU, which works while Python goes on:
# - **Add up on the device.** `loss.item()` makes Python wait until the GPU has finished everything. So `fit` adds loss and right answers up on the
#   device, and reads them twice a second, for the display.
# - **No gradients in evaluation.** Under `torch.no_grad()` nothing has to be kept for a backward pass.
# - **Evaluation mode.** `net.eval()` changes what some layers do. For LeNet nothing; for the batch norm of section 5 everything.
#
# The clock to trust is the one on the wall, from one batch to the next. A timer that starts when the batch has arrived forgets the loading. Here is the speed on
# the CPU, and on a CUDA GPU if there is one:

# %% [markdown] lang="zh"
# 装载之所以便宜，是因为根本没有什么可装载的：60,000 张图像以字节形式全部放在内存里，共 47 MB，取一个批量只是做一次索引。
# 如果每次都重新打开文件、解码图像，或者让多个进程来回传递，花的时间很容易超过这个小网络的计算本身。
#
# 还有三个习惯，能把其余的开销压下来。在 CPU 上差别不大，在 GPU 上却很要紧，因为 GPU 干活时 Python 会继续往下走：
# - **在设备上累加。** `loss.item()` 会让 Python 停下来，等 GPU 把手头的事全部做完。所以 `fit` 把损失和答对的个数都累加在设备上，
#   每秒只读两次，用于显示。
# - **评估时不求梯度。** 在 `torch.no_grad()` 之下，不必为反向传播保留任何东西。
# - **评估模式。** `net.eval()` 会改变某些层的行为。对 LeNet 没有影响，对第 5 节的批量规范化却至关重要。
#
# 最可信的是墙上的钟：从一个批量到下一个批量。如果等批量到手才开始计时，装载的时间就漏掉了。
# 下面是在 CPU 上的速度；如果有 CUDA GPU，也一并测出：

# %%
few = d2l.Batches(train.images[:7680], train.labels[:7680], batch_size=256, shuffle=True)
speed = {}
for place in ["cpu"] + ["cuda"] * torch.cuda.is_available():
    run = d2l.fit(d2l.lenet(), few, None, epochs=2, lr=0.9, device=place, progress=False)
    speed[place] = run.images_per_second / 1000
d2l.show_bars(speed, xlabel="thousand images per second", repeatable=False)

# %%
bytes_in_memory = train.images.numel() * train.images.element_size()
print("training pictures in memory:", round(bytes_in_memory / 1e6), "MB")

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you print the loss after every batch by <code>loss.item()</code>. What happens to a GPU?</summary>
#
# It runs dry. Python could have queued the next batch's work while the GPU was busy; instead it waits, and then the GPU waits for Python. With layers as small
# as here, most of the time is waiting.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>如果每个批量之后都用 <code>loss.item()</code> 打印损失，GPU 会怎样？</summary>
#
# 会断粮。本来 GPU 忙的时候，Python 可以把下一个批量的任务先排上队；现在 Python 在等 GPU，等完之后 GPU 又要等 Python。
# 像这里这样，每层的计算都很少，大部分时间就花在等待上。
# </details>

# %% [markdown] lang="en"
# ## 5 · Six steps up
#
# Now improve it, one thing at a time. Each step keeps what the step before it had:
#
# 1. **ReLU** in place of the sigmoid. A slope of one wherever it is not zero, so no plateau, and a smaller learning rate, 0.1.
# 2. **Max pooling** in place of the mean.
# 3. **Adam**, learning rate 0.002: a step of about the same size for every weight.
# 4. **Batch norm** behind each convolution: every map is standardised, batch by batch, as in chapter 09.
# 5. **One cycle**: the learning rate rises to 0.01 in the first third and falls to almost nothing until the end. Long steps first, careful ones last.
# 6. **Mirror**: each picture is turned left to right with probability one half. A mirrored shoe is a shoe, so the data double for nothing.
#
# **Predict:** put the six in order of their effect on the test accuracy. Does each of them help?

# %% [markdown] lang="zh"
# ## 5 · 六步向上
#
# 现在来改进它，每次只改一处，每一步都保留前面各步的改动：
#
# 1. **ReLU** 代替 sigmoid：只要不是零，斜率就是一，于是没有了平台；学习率改小，用 0.1。
# 2. **最大汇聚**代替平均汇聚。
# 3. **Adam**，学习率 0.002：每个权重的步子差不多一样大。
# 4. **批量规范化**：每个卷积之后加一层，像第 09 章那样，逐批量把每张特征图标准化。
# 5. **单周期学习率**：在前三分之一的时间里升到 0.01，然后一路降到几乎为零。先大步走，后小步收。
# 6. **左右翻转**：每张图像以二分之一的概率左右翻转。翻转过的鞋还是鞋，等于不费力气就多了一倍数据。
#
# **先猜：** 按对测试准确率的影响给这六步排个序。每一步都有用吗？

# %% [markdown] lang="en"
# The first four change the network or the optimiser: `d2l.lenet` takes its activation and its pooling as arguments. We hold each network against the
# one that was measured.

# %% [markdown] lang="zh"
# 前四步改的是网络或优化器：`d2l.lenet` 的激活函数和汇聚方式都可以作为参数传入。我们把每个网络与测量时用的网络核对一遍。


# %%
def modern():
    return d2l.lenet(nn.ReLU, nn.MaxPool2d, batch_norm=True)


# %%
networks = {
    "LeNet": d2l.lenet(),
    "+ ReLU": d2l.lenet(nn.ReLU),
    "+ max pooling": d2l.lenet(nn.ReLU, nn.MaxPool2d),
    "+ batch norm": modern(),
}
for name, network in networks.items():
    layers = [type(layer).__name__ for layer in network]
    print(f"{name:<14} as measured:", layers == stored["layers"][name])

# %% [markdown] lang="en"
# The last two change how the network is trained:

# %% [markdown] lang="zh"
# 后两步改的是训练的方式：


# %%
def one_cycle(optimizer, steps):
    peak = optimizer.defaults["lr"]
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=peak, total_steps=steps + 1)


def mirror_half(X):
    turned = torch.rand(len(X), 1, 1, 1, device=X.device) < 0.5
    return torch.where(turned, X.flip(-1), X)


# %% [markdown] lang="en" slide="slide"
# ## Six steps up
#
# 1. ReLU
# 2. max pooling
# 3. Adam
# 4. batch norm
# 5. one cycle: the learning rate rises, then falls to almost nothing
# 6. mirror half of the pictures
#
# **Predict:** order them by their effect. Does each of them help?

# %% [markdown] lang="zh" slide="slide"
# ## 六步向上
#
# 1. ReLU
# 2. 最大汇聚
# 3. Adam
# 4. 批量规范化
# 5. 单周期学习率：先升，再一路降到几乎为零
# 6. 一半的图像左右翻转
#
# **先猜：** 按效果排个序。每一步都有用吗？


# %% tags=["slide"]
X, y = next(iter(test))
torch.manual_seed(0)
turned = mirror_half(X)
d2l.show_images(
    {
        f"{title} {n}": picture[n, 0]
        for n in (0, 1)
        for title, picture in (("picture", X), ("fed in", turned))
    },
    width=7.0,
)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Each step keeps what the step before it had. A word on each: slope one, so no plateau; the strongest answer instead of the mean; a step of the same size for every weight; every map standardised; long steps first, careful ones last; a mirrored shoe is a shoe.
#
# **Ask:** everybody writes down an order and crosses out what they think useless. They will need it on the next two slides.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 每一步都保留前面各步的改动。各说一句：斜率为一，没有平台；保留最强的响应，不取平均；每个权重的步子一样大；每张特征图都标准化；先大步，后小步；翻转过的鞋还是鞋。
#
# **提问：** 每个人写下自己的顺序，划掉觉得没用的。后面两张要用。

# %% [markdown] lang="en"
# Ten epochs of each, several seeds each, from the stored runs:

# %% [markdown] lang="zh"
# 每个配方训练十轮，各用几个种子，取自事先存好的结果：

# %% [markdown] lang="en" slide="slide"
# ## From 0.80 to 0.91

# %% [markdown] lang="zh" slide="slide"
# ## 从 0.80 到 0.91

# %% tags=["slide"]
d2l.show_spread({name: last(name) for name in runs}, xlabel="test accuracy after ten epochs")

# %% [markdown] lang="en" slide="fragment"
# The scatter shrinks, too: small steps leave less to luck.

# %% [markdown] lang="zh" slide="fragment"
# 波动也小了：步子小，留给运气的余地就小。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Ten seeds for the first recipe, five for each of the others. **Ask:** cover the labels: between which two rows could you not tell which is better? That is the question of the next slide.
#
# The network has almost the same size in all rows: only how it is built and trained has changed.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 第一个配方用了十个种子，其余各五个。**提问：** 遮住标签，哪两行之间你分不出好坏？这正是下一张的问题。
#
# 各行的网络大小几乎相同，变的只是怎么搭、怎么训练。

# %%
print(f"{'recipe':<14} {'train':>7} {'test':>15}  seeds")
for name in runs:
    trained, tested = last(name, "train_acc"), last(name)
    print(
        f"{name:<14} {trained.mean():7.3f} {tested.mean():7.3f} ± {tested.std():.3f}  {len(tested):5}"
    )

# %%
print("the last recipe is above 0.90 with every seed:", bool(last("+ mirror").min() > 0.90))

# %% [markdown] lang="en"
# From 0.8 to beyond 0.9 with a network of almost the same size, and the scatter shrinks as well: smaller steps leave less to luck. But which steps did it? A mean of a few runs has an uncertainty of its own, the **standard error**: the
# deviation divided by the square root of the number of runs. The gain of a step is the difference of two means, and its standard error is the
# root of the sum of both squares. As a rule of thumb, believe a gain that is more than twice its standard error (with so few runs it is a rough rule; exercise 6 has a better one).

# %% [markdown] lang="zh"
# 网络的大小几乎没变，准确率从 0.8 升到了 0.9 以上，波动也小了：步子小，留给运气的余地就小。可究竟是哪几步的功劳？几次运行的均值，本身也有不确定性，叫做**标准误**：
# 标准差除以运行次数的平方根。一步的增益是两个均值之差，它的标准误是二者平方和的平方根。
# 经验法则是：增益超过标准误的两倍，才可以相信（运行次数这么少，这只是一条粗略的规则；练习 6 有更好的办法）。

# %% [markdown] lang="en" slide="slide"
# ## Which steps can you believe?
#
# A gain has a **standard error** of its own. Believe it if it is more than twice as large.
#
# **Predict:** how many of the six?

# %% [markdown] lang="zh" slide="slide"
# ## 哪几步可以相信？
#
# 增益自己也有**标准误**。超过标准误的两倍，才可以相信。
#
# **先猜：** 六步里有几步可信？

# %% tags=["slide-answer"]
for before, after in pairwise(runs):
    a, b = last(before), last(after)
    gain, error = b.mean() - a.mean(), (a.var() / len(a) + b.var() / len(b)).sqrt()
    verdict = "believe it" if gain > 2 * error else "could be luck"
    print(f"{after:<14} {gain:+.4f} ± {error:.4f}  {verdict}")

# %% [markdown] lang="en" slide="fragment"
# "Could be luck" does not mean "useless". It means: *not shown by these runs.*

# %% [markdown] lang="zh" slide="fragment"
# “可能只是运气”（could be luck）不等于“没有用”，只是说：*这些实验还不能证明。*

# %% [markdown] lang="en" slide="notes"
# **4 min.** A gain is the difference of two means. Standard error: deviation divided by the root of the number of runs; for a difference, the root of the sum of both squares. Four of the six can be believed.
#
# **Expect:** "so throw out batch norm and mirror". Look at training: batch norm learns faster, mirror narrows the gap to the test. Both may pay elsewhere.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 增益是两个均值之差。标准误：标准差除以运行次数的平方根；两者之差的标准误，是平方和的平方根。六步中有四步可信。
#
# **常见错误：** “那就把批量规范化和左右翻转扔掉。”看看训练：批量规范化学得更快，左右翻转缩小了与测试的差距。换个场合，也许就有回报。

# %% [markdown] lang="en"
# Four of the six can be believed: ReLU, max pooling, Adam and the cycle. And the other two? Look at the *training* column of the table before you throw them
# out.

# %% [markdown] lang="zh"
# 六步当中有四步可信：ReLU、最大汇聚、Adam 和单周期学习率。另外两步呢？先别急着扔掉，看看表里*训练*那一列。

# %%
trained = {name: last(name, "train_acc").mean() for name in runs}
print(
    "batch norm learns more in ten epochs:", bool(trained["+ batch norm"] > trained["+ Adam"])
)
gap = {name: trained[name] - last(name).mean() for name in runs}
print("mirror leaves a smaller gap to the test:", bool(gap["+ mirror"] < gap["+ one cycle"]))

# %% [markdown] lang="en"
# Batch norm does what it promises: it learns faster. But here the training was not the bottleneck, and at a constant learning rate the test accuracy did not follow.
# Mirroring makes the task harder, so that the network knows its training pictures less by heart; that may pay in a longer training, which these runs
# do not show. **"Could be luck" does not mean "useless". It means: not shown by these runs.**
#
# Now train the last recipe yourself, with a cycle of three epochs instead of ten:

# %% [markdown] lang="zh"
# 批量规范化兑现了承诺：它学得更快。可是这里的瓶颈不在训练，而且学习率固定不变，测试准确率并没有跟上来。
# 左右翻转让任务变难，网络就不那么容易把训练图像死记下来；训练得更久，也许会有回报，但这些实验没有显示出来。
# **“可能只是运气”不等于“没有用”，只是说：这些实验还不能证明它有用。**
#
# 现在请你亲自训练最后一个配方，把单周期缩短到三轮：

# %%
torch.manual_seed(seed)
net = modern().apply(d2l.init_cnn)
short = d2l.fit(
    net,
    train.transformed(mirror_half),
    test,
    epochs=3,
    lr=0.01,
    optimizer=torch.optim.Adam,
    schedule=one_cycle,
)
print(
    "after three epochs better than the classic run after ten:",
    short.test_acc[-1] > history.test_acc[-1],
)

# %% [markdown] lang="en"
# Batch norm brings a trap. In training mode it standardises with the mean and deviation of the *batch at hand*. In evaluation mode, after `net.eval()`, it uses
# averages collected during training instead. (`fit` leaves the network in this mode.)
#
# **Predict:** the same picture, in two batches with different neighbours. In which mode are its scores the same?

# %% [markdown] lang="zh"
# 批量规范化还带来一个陷阱。在训练模式下，它用*当前批量*的均值和标准差做标准化；调用 `net.eval()` 之后进入评估模式，
# 改用训练中积累下来的平均值。（`fit` 结束时，网络就处在这个模式。）
#
# **先猜：** 同一张图像放进两个批量，同伴各不相同。在哪种模式下，它的得分相同？

# %% [markdown] lang="en" slide="slide"
# ## A trap of batch norm
#
# The same picture, in two batches with different neighbours.
#
# **Predict:** in which mode are its scores the same?

# %% [markdown] lang="zh" slide="slide"
# ## 批量规范化的陷阱
#
# 同一张图像，放进两个批量，同伴各不相同。
#
# **先猜：** 在哪种模式下，它的得分相同？

# %% tags=["slide-answer"]
net = net.cpu()
with torch.no_grad():
    for mode in (False, True):
        copy = modern()
        copy.load_state_dict(net.state_dict())
        copy.train(mode)
        difference = (copy(X[:8])[0] - copy(X[[0, *range(8, 15)]])[0]).abs().max()
        print(
            "train mode:" if mode else "eval mode: ",
            "the same scores:",
            bool(difference < 1e-4),
        )

# %% [markdown] lang="en" slide="fragment"
# Whoever forgets `net.eval()` gets answers that change with the company.

# %% [markdown] lang="zh" slide="fragment"
# 忘了 `net.eval()`，换一批同伴，回答就变了。

# %% [markdown] lang="en" slide="notes"
# **3 min.** In training mode it standardises with the batch at hand; in evaluation mode with averages collected during training.
#
# **Ask:** why does the chapter test a *copy* of the network? (In training mode the averages are updated with every batch, even under `torch.no_grad()`: looking changes the network.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 在训练模式下，用当前批量做标准化；在评估模式下，用训练中积累的平均值。
#
# **提问：** 本章为什么用网络的*副本*来试？（在训练模式下，每经过一个批量都会更新平均值，`torch.no_grad()` 之下也不例外：看一眼，网络就变了。）

# %% [markdown] lang="en"
# In training mode the answer for a picture depends on the pictures beside it. Whoever forgets `net.eval()` gets answers that change with the company.
#
# <details><summary><b>Check yourself:</b> why did the cell above test a copy of the network?</summary>
#
# In training mode a batch norm also *updates* its averages with every batch that passes, even under `torch.no_grad()`. A look at the scores would have changed the network.
# </details>

# %% [markdown] lang="zh"
# 在训练模式下，一张图像的得分取决于与它同批的图像。忘了 `net.eval()`，换一批同伴，回答就变了。
#
# <details><summary><b>自测：</b>上面的单元格为什么要用网络的副本来试？</summary>
#
# 在训练模式下，每经过一个批量，批量规范化都会*更新*自己积累的平均值，在 `torch.no_grad()` 之下也不例外。只是看一眼得分，网络就变了。
# </details>

# %% [markdown] lang="en"
# ## 6 · What it still gets wrong
#
# Which mistakes are left? A **confusion matrix** counts them: row = what it is, column = what the network said. We use the network that you trained for three
# epochs just now.
#
# **Predict:** recall the pair that you chose in section 1.

# %% [markdown] lang="zh"
# ## 6 · 它还会错在哪里
#
# 还剩下哪些错误？**混淆矩阵**把它们数出来：行是真实的类别，列是网络的回答。这里用的是你刚才训练了三轮的网络。
#
# **先猜：** 想想你在第 1 节里选的是哪一对。

# %% [markdown] lang="en" slide="slide"
# ## What it still gets wrong
#
# Row: what it is. Column: what the network said. **Predict:** recall your pair.

# %% [markdown] lang="zh" slide="slide"
# ## 它还会错在哪里
#
# 行是真实的类别，列是网络的回答。**先猜：** 想想你选的是哪一对。

# %% tags=["slide-answer"]
with torch.no_grad():
    answers = torch.cat([net(X).argmax(1) for X, _ in test])
matrix = torch.zeros(10, 10, dtype=torch.int64)
matrix.index_put_((test.labels, answers), torch.tensor(1), accumulate=True)
d2l.show_confusion(matrix, names)

# %% [markdown] lang="en" slide="notes"
# **3 min.** Who won the bet? T-shirt and shirt are mixed up most; more than half of all mistakes are among five kinds of tops.
#
# **Ask:** why are trousers and bags hardly ever confused? (Their outlines differ from all others, and outlines survive at this size.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 谁猜中了？T 恤与衬衫最容易混淆；半数以上的错误，都出在五类上装之间。
#
# **提问：** 裤子和包为什么几乎从不弄错？（轮廓与众不同，而轮廓在这么小的图上仍然看得清。）

# %%
pairs = (matrix + matrix.T).fill_diagonal_(0)
one, other = divmod(int(pairs.argmax()), 10)
print("mixed up most often:", names[one], "and", names[other])

# %%
right = matrix.diagonal() / matrix.sum(1)
five = ("t-shirt", "pullover", "dress", "coat", "shirt")
tops = [names.index(name) for name in five]
among_tops = matrix[tops][:, tops].sum() - matrix.diagonal()[tops].sum()
print("hardest class:", names[right.argmin()])
all_mistakes = matrix.sum() - matrix.diagonal().sum()
print(
    "more than half of all mistakes are among these five:", bool(among_tops > all_mistakes / 2)
)

# %% [markdown] lang="en" slide="slide"
# ## Would you have known?

# %% [markdown] lang="zh" slide="slide"
# ## 换作你，认得出来吗？

# %% tags=["slide"]
mistakes = {}
for n in (answers != test.labels).nonzero().flatten().tolist():
    title = f"{names[test.labels[n]]}\nanswer: {names[answers[n]]}"
    if len(mistakes) < 10:
        mistakes.setdefault(title, test.images[n, 0] / 255)
d2l.show_images(mistakes, columns=5, repeatable=False)

# %% [markdown] lang="en" slide="fragment"
# People without special knowledge of fashion named *83.5%* right.

# %% [markdown] lang="zh" slide="fragment"
# 没有时装知识的普通人，认对了 *83.5%*。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Go through the ten: the first line is the label, the second the network's answer. Let the class vote on two or three. Some could be labelled either way.
#
# **Ask:** then what does 95% mean here? Beyond a point a better number no longer means a better understanding of clothes.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 一张一张看：上面一行是标签，下面一行是网络的回答。挑两三张让全班投票。有些标成哪一类都说得通。
#
# **提问：** 那么，95% 在这里意味着什么？到了一定程度，数字再高，也不意味着更懂服装。

# %% [markdown] lang="en"
# Look at them honestly: would *you* have known? At 28 by 28 grey cells a shirt and a pullover differ by a row of buttons, one cell wide. Some of these pictures could
# be labelled either way, and no network can be right about those more often than chance. The authors of the data set asked people without special knowledge of fashion,
# and report that those named 83.5% right. Beyond a point a better number no longer means a better understanding of clothes.
#
# <details><summary><b>Check yourself:</b> trousers and bags are hardly ever confused with anything. Why?</summary>
#
# Their outlines differ from all the others, and outlines survive at this size. The hard classes share one outline, a body with two sleeves, and
# differ in details that pooling blurs.
# </details>

# %% [markdown] lang="zh"
# 老实说，换作*你*，认得出来吗？在 28 乘 28 格的灰度图上，衬衫与套头衫的差别不过是一排一格宽的纽扣。有些图像标成哪一类都说得通，
# 对这样的图像，任何网络都不会比瞎猜更准。数据集的作者请没有时装知识的普通人来辨认，报告的准确率是 83.5%。
# 到了一定程度，数字再高，也不意味着更懂服装。
#
# <details><summary><b>自测：</b>裤子和包几乎从不与别的类混淆。为什么？</summary>
#
# 它们的轮廓与众不同，而轮廓在这么小的图上仍然看得清。难分的几类轮廓相同，都是一个身子两只袖子，差别在于细节，而细节会被汇聚抹掉。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - 82%, 77%, 80%: one recipe, three seeds, no mistake
# - a result is a mean over seeds *and* its deviation
# - the best epoch flatters: the test has chosen it
# - believe a gain beyond two standard errors
# - the small network goes from 0.80 to 0.91; then the labels set the limit

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 82%、77%、80%：同一个配方，三个种子，谁都没错
# - 结果是各个种子的均值，*外加*标准差
# - 报告最好的一轮是美化：那是测试集挑出来的
# - 增益超过两倍标准误，才可以相信
# - 这个小网络能从 0.80 走到 0.91；再往上，标签本身说不清

# %% [markdown] lang="en" slide="notes"
# **2 min.** Back to the three numbers on the board. **Ask:** what will you demand from the next paper you read? (How many seeds, and the deviation.) Set the exercises on the standard error and on the forgotten `net.eval()`. Next: chapter 11 looks inside with TensorBoard.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到黑板上那三个数。**提问：** 读下一篇论文时，你会要求它写出什么？（用了几个种子，标准差多大。）布置关于标准误和忘记 `net.eval()` 的练习。下一步：第 11 章用 TensorBoard 往里面看。

# %% tags=["exercises"]
exercises.ch10

# %% [markdown] lang="en"
# ## Summary
#
# Nobody made a mistake. The same recipe gives another test accuracy with every seed, because a high learning rate leaves the network wherever the last step threw it. A
# result is a mean with a deviation over seeds, measured at an epoch that was fixed beforehand, and a gain counts when it is large beside its standard error. Measured
# like that, activation, optimiser and a falling learning rate took a network of almost the same size from 0.8 to beyond 0.9, and some famous tricks
# did nothing that could be told from luck. What is left are shirts.
#
# **Next:** chapter 11 leaves training aside and watches the layers at work, on real pictures and in TensorBoard.
#
# **Further reading**
# - Xiao, Rasul and Vollgraf, [Fashion-MNIST](https://arxiv.org/abs/1708.07747), the data set and why it was made.
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/lenet.html), the experiment of section 2.
# - Bouthillier and others, [Accounting for Variance in Machine Learning Benchmarks](https://arxiv.org/abs/2103.03098), on seeds and what else varies.
# - Smith and Topin, [Super-Convergence](https://arxiv.org/abs/1708.07120), the one-cycle schedule.

# %% [markdown] lang="zh"
# ## 小结
#
# 谁都没有做错。同一个配方，换一个种子就换一个测试准确率，因为学习率太高，网络停在哪里全看最后一步把它甩到了哪里。
# 结果应当是多个种子的均值，并附上标准差，在事先定好的轮次上测量；增益只有明显大于自己的标准误，才算数。
# 这样量下来，激活函数、优化器和逐渐下降的学习率，把大小几乎没变的网络从 0.8 带到了 0.9 以上；而有些赫赫有名的技巧，效果与运气难以区分。
# 剩下的难题，是衬衫。
#
# **下一步：** 第 11 章放下训练，在真实图像上、在 TensorBoard 里，看各种层怎样工作。
#
# **延伸阅读**
# - Xiao、Rasul、Vollgraf：[Fashion-MNIST](https://arxiv.org/abs/1708.07747)，介绍这个数据集，以及为什么要造它。
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/lenet.html)
#   （链接指向英文版），第 2 节的实验出自那里。
# - Bouthillier 等：[Accounting for Variance in Machine Learning Benchmarks](https://arxiv.org/abs/2103.03098)，讲种子以及其他会变的因素。
# - Smith、Topin：[Super-Convergence](https://arxiv.org/abs/1708.07120)，单周期学习率的出处。
