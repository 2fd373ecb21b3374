# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 09 LeNet
#
# *In the nineties a network read the amounts on millions of bank cheques. It had sixty thousand weights, fewer than a small
# photograph has numbers. We build the version that
# textbooks show, with sigmoids, and at first it learns nothing at all. Why, and what wakes it up?*
#
# **In this chapter you will**
# - put convolution, activation, pooling and linear layers together into LeNet, and know every shape and every parameter;
# - train it on real handwritten digits, see it fail, and find out why by looking inside;
# - wake it up, one change at a time, and end above 97% on digits it has never seen;
# - look at what it learned, at what it gets wrong, and at how honest its score is;
# - draw digits yourself, and let it read your hand.
#
# **Time:** about 50 minutes to read and run, 60 more for the exercises. **You need:** chapters 02 to 04; pooling is explained
# where it is first used.

# %% [markdown] lang="zh"
# # 09 LeNet
#
# *上世纪九十年代，有一个网络替银行读支票上的金额，读了几百万张。它只有六万个权重，比一张小照片里的数还少。
# 我们搭的是教科书里常见的 sigmoid 版本，一开始它却什么也学不会。为什么？怎样才能唤醒它？*
#
# **学完本章，你将能够**
# - 把卷积、激活、汇聚（池化）和全连接层组装成 LeNet，说得出每一层的形状和参数个数；
# - 用真实的手写数字训练它，看着它失败，再往里面看，找出原因；
# - 一次只改一处，把它唤醒，最后在从未见过的数字上准确率超过 97%；
# - 看看它学到了什么，错在哪里，它的成绩又有多可信；
# - 亲手写几个数字，让它来认。
#
# **所需时间：** 阅读并运行约 50 分钟，练习另需 60 分钟。**预备知识：** 第 02 到 04 章；汇聚在首次用到时会加以说明。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Write a 7 on the board, and a 7 with a bar. **Ask:** how would you tell a computer what a 7 is? Collect rules for a minute, and let others break each of them. Then the promise: sixty thousand numbers, and nobody writes a rule.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 在黑板上写一个 7，再写一个中间带横的 7。**提问：** 怎样告诉计算机什么是 7？收集一分钟规则，再让别人一条条举出反例。然后亮出今天的主角：六万个数，一条规则也不用写。

# %%
import json
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
# ## 1 · The network
#
# LeNet has two halves. The first looks for patterns: two rounds of convolution, activation and **pooling** (pooling takes the mean
# of every $2\times 2$ block, so that height and width halve). The second decides: the maps are laid flat, and three
# linear layers turn them into ten scores, one for each digit.
#
# **Predict:** the picture is $28\times 28$, the first convolution has $5\times 5$ kernels and 2 cells of padding on each
# side, the second $5\times 5$ and none. How large are the maps when they are laid flat? And which layer has the most parameters?

# %% [markdown] lang="zh"
# ## 1 · 网络的结构
#
# LeNet 分为两半。前一半寻找图案：卷积、激活、**汇聚**，连做两遍（汇聚取每个 $2\times 2$ 小块的平均值，于是高和宽各减半）。
# 后一半作出判断：把特征图展平，经过三个全连接层变成十个得分，每个数字对应一个。
#
# **先猜：** 图像是 $28\times 28$，第一个卷积用 $5\times 5$ 的卷积核，四周各填充 2 格；第二个也是 $5\times 5$，不填充。
# 展平之前，特征图有多大？参数最多的是哪一层？

# %%
net = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5, padding=2),
    nn.Sigmoid(),
    nn.AvgPool2d(2),
    nn.Conv2d(6, 16, kernel_size=5),
    nn.Sigmoid(),
    nn.AvgPool2d(2),
    nn.Flatten(),
    nn.Linear(16 * 5 * 5, 120),
    nn.Sigmoid(),
    nn.Linear(120, 84),
    nn.Sigmoid(),
    nn.Linear(84, 10),
)

# %%
X = torch.rand(1, 1, 28, 28)
for layer in net:
    X = layer(X)
    print(f"{type(layer).__name__:10} {tuple(X.shape)}")

# %% [markdown] lang="en"
# The maps shrink, $28 \to 14 \to 10 \to 5$, while their number grows, $1 \to 6 \to 16$: less *where*, more *what*. Now the
# parameters. A convolution from $c_i$ to $c_o$ channels has a kernel of $c_i \times 5 \times 5$ numbers and one bias for each
# output channel; a linear layer has a weight for each pair of input and output, and one bias for each output:

# %% [markdown] lang="zh"
# 特征图越来越小，$28 \to 14 \to 10 \to 5$，个数却越来越多，$1 \to 6 \to 16$：关于*在哪里*的信息越来越少，关于*是什么*的信息越来越多。
# 再看参数。从 $c_i$ 个通道到 $c_o$ 个通道的卷积，每个输出通道有一个含 $c_i \times 5 \times 5$ 个数的卷积核和一个偏置；
# 全连接层则是每一对输入和输出有一个权重，每个输出有一个偏置：

# %%
by_formula = [
    (1 * 25 + 1) * 6,
    (6 * 25 + 1) * 16,
    (400 + 1) * 120,
    (120 + 1) * 84,
    (84 + 1) * 10,
]
print(by_formula, "total", sum(by_formula))

# %% [markdown] lang="en" slide="slide"
# ## Two halves: look for patterns, then decide
#
# **Predict:** which layer has the most parameters?

# %% [markdown] lang="zh" slide="slide"
# ## 两半：先找图案，再作判断
#
# **先猜：** 参数最多的是哪一层？

# %% tags=["slide-answer"]
print(d2l.layer_table(net, (1, 1, 28, 28)))

# %% [markdown] lang="en" slide="notes"
# **4 min.** The picture is $28\times 28$. Let them work out the sizes: $28 \to 14 \to 10 \to 5$, while the maps grow from 1 to 6 to 16: less *where*, more *what*.
#
# The first linear layer holds 78% of all, both convolutions together 4%. **Expect:** "the convolutions, they do the work". Work it out for one: $(6 \cdot 25 + 1) \cdot 16 = 2416$. Sharing pays.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 图像是 $28\times 28$。让大家自己推出大小：$28 \to 14 \to 10 \to 5$，特征图却从 1 个变成 6 个、16 个：*在哪里*越来越少，*是什么*越来越多。
#
# 第一个全连接层占全部参数的 78%，两个卷积层加起来 4%。**常见错误：** “卷积层，活都是它们干的。”算一层看看：$(6 \cdot 25 + 1) \cdot 16 = 2416$。共享权重，好处就在这里。

# %% [markdown] lang="en"
# The first linear layer holds more than three quarters of all parameters; both convolutions together hold a few percent. Sharing
# pays. From here on `d2l.lenet()` builds this network, and `d2l.lenet(nn.ReLU, nn.MaxPool2d)` the same with another activation and
# another pooling.

# %% [markdown] lang="zh"
# 第一个全连接层占了全部参数的四分之三以上，两个卷积层加起来只占百分之几。共享权重，好处就在这里。
# 从这里开始，`d2l.lenet()` 搭的就是这个网络，`d2l.lenet(nn.ReLU, nn.MaxPool2d)` 则换上另一种激活和另一种汇聚。

# %%
print(f"first linear layer {48120 / 61706:.0%}, both convolutions {(156 + 2416) / 61706:.0%}")
d2l.compare(sum(p.numel() for p in d2l.lenet().parameters()), sum(by_formula))

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> the network of 1998 took pictures of 32 by 32 without padding. How large are its maps when they are laid flat?</summary>
#
# As large as ours: $32 \to 28 \to 14 \to 10 \to 5$. The padding of 2 in our first layer stands in for the wider margin.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>1998 年的网络接受 32 乘 32 的图像，不加填充。它的特征图在展平之前有多大？</summary>
#
# 与我们的一样大：$32 \to 28 \to 14 \to 10 \to 5$。我们第一层的填充 2，正好顶替了更宽的边缘。
# </details>

# %% [markdown] lang="en"
# ## 2 · The digits
#
# Real handwriting, collected in the nineties: each digit is a table of 8 by 8 numbers from 0 to 16, the ink counted in small
# blocks. We stretch it to 28 by 28, keep 297 digits for the test and train on the other 1,500.
#
# **Predict:** sixty-four cells for a digit. Could *you* still read it? Cover the label above each picture and try.

# %% [markdown] lang="zh"
# ## 2 · 手写数字
#
# 真人手写，采集于上世纪九十年代：每个数字是一张 8 乘 8 的表，数值从 0 到 16，是逐小块数出来的墨迹。
# 我们把它放大到 28 乘 28，留出 297 个做测试，用其余的 1,500 个训练。
#
# **先猜：** 一个数字只有六十四格，*你*还认得出来吗？遮住每张图上方的标签，试一试。

# %%
train, test = d2l.load_digits(batch_size=64)
train, test

# %% [markdown] lang="en" slide="slide"
# ## Real handwriting
#
# Sixty-four numbers a digit, stretched to 28 by 28. **Predict:** would *you* read them all?

# %% [markdown] lang="zh" slide="slide"
# ## 真人手写
#
# 每个数字六十四个数，放大到 28 乘 28。**先猜：** *你*全都认得出来吗？

# %% tags=["slide"]
digits, labels = next(iter(test))
d2l.show_images({f"{k}: {labels[k]}": digits[k, 0] for k in range(10)}, columns=10)

# %% [markdown] lang="en" slide="fragment"
# 1,500 to learn from, 297 for the test.

# %% [markdown] lang="zh" slide="fragment"
# 1,500 个用来学，297 个用来测试。

# %% [markdown] lang="en" slide="notes"
# **2 min.** The number before the colon counts, the one behind it is the label. Cover the labels if you can.
#
# **Ask:** the stretched digits have 784 cells instead of 64: do they say more? (No: every cell was computed from the same 64 numbers.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 冒号前是编号，冒号后是标签。能遮就把标签遮住。
#
# **提问：** 放大之后有 784 格，原来只有 64 格，它们说出的东西更多吗？（没有：每一格都是由那 64 个数算出来的。）

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> the digits now have 784 cells instead of 64. Do they say more than before?</summary>
#
# No. Every cell was computed from the same 64 numbers. We stretched them so that the network's layers have room to shrink them.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>现在每个数字有 784 格，而不是 64 格。它们说出的东西比原来多吗？</summary>
#
# 没有。每一格都是由同样的 64 个数算出来的。放大只是为了让网络的各层有缩小的余地。
# </details>

# %% [markdown] lang="en"
# ## 3 · It does not learn
#
# The classic recipe: sigmoid, average pooling, Xavier weights (random, of a size that suits each layer's inputs and outputs), gradient descent
# with learning rate 0.9. We give it 40 epochs.
#
# **Predict:** ten digits, so guessing gets about 10% right. What will the network reach: 50%, 90%, 99%?

# %% [markdown] lang="zh"
# ## 3 · 它学不会
#
# 经典的配方：sigmoid、平均汇聚、Xavier 初始化（随机数，大小与每层的输入输出个数相称），再加上学习率为 0.9 的梯度下降。给它 40 轮。
#
# **先猜：** 数字有十个，瞎猜大约能对 10%。网络能达到多少：50%、90%，还是 99%？

# %%
torch.manual_seed(0)
classic = d2l.lenet().apply(d2l.init_cnn)
asleep = d2l.fit(classic, train, test, epochs=40, lr=0.9)

# %% [markdown] lang="en" slide="slide"
# ## The classic recipe
#
# Sigmoid, average pooling, learning rate 0.9, 40 epochs. Guessing gets 10%.
#
# **Predict:** 50%, 90% or 99%?

# %% [markdown] lang="zh" slide="slide"
# ## 经典的配方
#
# sigmoid，平均汇聚，学习率 0.9，40 轮。瞎猜能对 10%。
#
# **先猜：** 50%、90%，还是 99%？

# %% tags=["slide-answer"]
print(f"after {asleep.epochs} epochs still below 20%: {asleep.test_acc[-1] < 0.2}")
asleep.plot()

# %% [markdown] lang="en" slide="notes"
# **4 min.** Take the vote, then press the key and wait. Forty times through all digits, and it guesses: whatever the digit, the same answer or two.
#
# **Ask:** what would you do now? **Expect:** a list of recipes (larger rate, more layers, longer). Stop them: before another recipe, look inside.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 先举手表决，再按键，停一会儿。所有数字看了四十遍，它还在瞎猜：不管什么数字，答来答去就那么一两个。
#
# **提问：** 现在你会怎么办？**常见错误：** 一连串药方：学习率调大，层数加多，训练更久。拦住他们：换配方之前，先往里面看。

# %%
with torch.no_grad():
    answers = classic.cpu()(test.images.float() / 255).argmax(1)
print(f"{len(answers)} digits get at most two different answers: {len(answers.unique()) <= 2}")

# %% [markdown] lang="en"
# Forty times through all the digits, and it guesses. Before you reach for another recipe, look inside. Send the test digits through a
# fresh copy and ask after each layer: *how different do two digits look here?* We measure the standard deviation over the digits,
# averaged over all cells.

# %% [markdown] lang="zh"
# 把所有数字看了四十遍，它还是在瞎猜。先别急着换配方，往里面看看。把测试数字送进一个新初始化的网络，每过一层就问：
# *到了这里，不同的数字看上去还有多大差别？* 我们量的是各个数字之间的标准差，再对所有格取平均。


# %%
def differences(net, X):
    result = {}
    for k, layer in enumerate(net):
        X = layer(X)
        result[f"{k} {type(layer).__name__}"] = X.std(dim=0).mean().item()
    return result


# %% [markdown] lang="en" slide="slide"
# ## Look inside
#
# After each layer: how different do two digits still look?
#
# **Predict:** the curve for sigmoids, and the one for ReLU.

# %% [markdown] lang="zh" slide="slide"
# ## 往里面看
#
# 每过一层就问：不同的数字看上去还有多大差别？
#
# **先猜：** sigmoid 的曲线怎样？ReLU 的呢？


# %% tags=["slide-answer"]
torch.manual_seed(0)
sigmoid_net = d2l.lenet().apply(d2l.init_cnn)
relu_net = d2l.lenet(nn.ReLU, nn.MaxPool2d).apply(d2l.init_cnn)
with torch.no_grad():
    sigmoid, relu = differences(sigmoid_net, digits), differences(relu_net, digits)
d2l.show_curves(
    {"sigmoid": list(sigmoid.values()), "ReLU": list(relu.values())},
    xlabel="layer",
    ylabel="difference between digits",
    log=True,
)


# %% [markdown] lang="en" slide="fragment"
# Sigmoid: less than *1/200* is left. To the last layer all digits look the same.

# %% [markdown] lang="zh" slide="fragment"
# sigmoid：剩下不到 *1/200*。在最后一层看来，所有数字都一个样。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Fresh networks, not yet trained. The scale is logarithmic: every line is a factor of ten. The sigmoid squeezes all into 0 to 1, its slope is nowhere more than a quarter, and there are four of them.
#
# **Ask:** what can such a network still learn? (One answer for all: how frequent each digit is.)

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 网络刚初始化，还没训练。刻度是对数的：每一格差十倍。sigmoid 把一切挤到 0 和 1 之间，斜率处处不超过四分之一，而且一连有四个。
#
# **提问：** 这样的网络还能学到什么？（对谁都一样的一个回答：每个数字出现得有多频繁。）


# %%
def part_left(make, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        scores = make().apply(d2l.init_cnn)(digits)
    return (scores.std(dim=0).mean() / digits.std(dim=0).mean()).item()


# %%
sigmoid_left = [part_left(d2l.lenet, seed) for seed in range(5)]
print("sigmoid: less than 1/200 of the difference is left:", max(sigmoid_left) < 1 / 200)

# %%
relu_left = [part_left(lambda: d2l.lenet(nn.ReLU, nn.MaxPool2d), seed) for seed in range(5)]
print("ReLU:    more than 1/20 of the difference is left: ", min(relu_left) > 1 / 20)

# %% [markdown] lang="en"
# There it is. The sigmoid squeezes everything between 0 and 1, and its slope is nowhere more than a quarter. After four of them all digits
# look the same to the last layer. What it can still learn is one answer for all: how frequent each digit is.
#
# And back down it goes the same way. The gradient, on its way from the loss to the first kernel, is multiplied by those slopes. Compare
# how hard the loss pulls at the first and at the last layer:

# %% [markdown] lang="zh"
# 原因就在这里。sigmoid 把一切都挤到 0 和 1 之间，斜率处处不超过四分之一。连过四个之后，在最后一层看来，所有数字都一个样。
# 它还能学的，只剩下对谁都一样的一个回答：每个数字出现得有多频繁。
#
# 反向传播的路上也是如此。梯度从损失传回第一个卷积核，一路上都要乘以这些斜率。比一比，损失对第一层和最后一层各拉得有多用力：


# %%
def pull(net):
    net.zero_grad()
    nn.functional.cross_entropy(net(digits), labels).backward()
    norms = [layer.weight.grad.norm().item() for layer in net if hasattr(layer, "weight")]
    return norms[0] / norms[-1]


# %% [markdown] lang="en" slide="slide"
# ## And on the way back?
#
# The gradient passes the same slopes. **Predict:** how hard is the first layer pulled, compared with the last?

# %% [markdown] lang="zh" slide="slide"
# ## 反向的路上呢？
#
# 梯度要经过同样的斜率。**先猜：** 与最后一层相比，第一层被拉得有多用力？


# %% tags=["slide-answer"]
weak, strong = pull(sigmoid_net), pull(relu_net)
print("first layer's pull / last layer's pull")
print(f"sigmoid: below 0.01: {weak < 0.01}    ReLU: above 0.1: {strong > 0.1}")

# %% [markdown] lang="en" slide="fragment"
# A hundred times weaker: the first layer cannot *wake up*.

# %% [markdown] lang="zh" slide="fragment"
# 弱了上百倍：第一层*醒不过来*。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Half the class knows the name: vanishing gradients. Here they see both halves of it, forward and backward.
#
# **Expect:** "then take a larger learning rate". One number for all layers: the last layer sets the limit, the first would need a hundred times more. It is the valley of chapter 04.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一半的人知道它的名字：梯度消失。这里前向、反向两面都看到了。
#
# **常见错误：** “那就把学习率调大。”所有层只有一个数：上限由最后一层定，第一层却需要大上百倍。这就是第 04 章的山谷。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> would a larger learning rate help the sigmoid network?</summary>
#
# The first layers would need a far larger rate than the last, since their gradient is a hundred times weaker, and one number is all we
# have. Chapter 04's valley again: the steepest direction sets the limit, the flat ones wait.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>换用更大的学习率，能帮到 sigmoid 网络吗？</summary>
#
# 前面几层的梯度要弱上百倍，需要的学习率远比最后一层大，而我们手里只有一个数。这又是第 04 章的山谷：最陡的方向定上限，平的方向只好等。
# </details>

# %% [markdown] lang="en"
# ## 4 · Waking it up
#
# Five remedies, each against another part of the illness. We try them one at a time, with a learning rate that suits each:
#
# - **patience**: just go on. Some starts leave the plateau after eighty or ninety epochs, others are still on it after a hundred and fifty.
#   (We do not wait for it here; exercise 4 does.)
# - **standardised input**: subtract the mean of the pictures and divide by their deviation, as chapter 04 advised. A batch norm without
#   learnable numbers does it, batch by batch.
# - **larger weights**: Xavier reckons with an activation of slope 1. Four times the weights make up for the sigmoid's quarter.
# - **Adam**: an optimiser that gives every weight a step of about the same size, however faint its gradient.
# - **ReLU and max pooling**: let what is positive pass as it is, with slope 1, and keep the strongest answer of each block instead of
#   the mean.
#
# **Predict:** which of them helps within ten epochs, and which needs longer?

# %% [markdown] lang="zh"
# ## 4 · 唤醒它
#
# 五味药，各治病的一处。每次只用一味，并配上适合它的学习率：
#
# - **耐心**：继续训练就是。有的起点在八九十轮之后走出平台，有的过了一百五十轮仍在原地。（这里不等了，留给练习 4。）
# - **标准化输入**：照第 04 章的建议，减去图像的均值，再除以标准差。一个没有可学习参数的批量规范化层就能逐批量做到。
# - **更大的权重**：Xavier 初始化假定激活函数的斜率为 1。把权重放大到四倍，正好补偿 sigmoid 的四分之一。
# - **Adam**：一种优化器，梯度再微弱，也让每个权重迈出差不多大小的一步。
# - **ReLU 与最大汇聚**：正数原样通过，斜率为 1；每个小块保留最强的响应，而不是平均值。
#
# **先猜：** 十轮之内，哪几味药见效？哪一味需要更久？


# %%
def four_times(module):
    d2l.init_cnn(module)
    if hasattr(module, "weight"):
        with torch.no_grad():
            module.weight *= 4


# %%
def standardised():
    return nn.Sequential(nn.BatchNorm2d(1, affine=False), *d2l.lenet())


def with_relu():
    return d2l.lenet(nn.ReLU, nn.MaxPool2d)


# %%
SGD, Adam = torch.optim.SGD, torch.optim.Adam
remedies = {  # network, weights to start from, optimiser, learning rate, epochs
    "larger weights": (d2l.lenet, four_times, SGD, 0.1, 8),
    "Adam": (d2l.lenet, d2l.init_cnn, Adam, 0.003, 8),
    "ReLU, max": (with_relu, d2l.init_cnn, SGD, 0.1, 5),
    "standardised": (standardised, d2l.init_cnn, SGD, 0.9, 24),
}

# %%
chosen = "ReLU, max"  # or another of the four
make, start_from, optimizer, lr, epochs = remedies[chosen]
torch.manual_seed(0)
patient = make().apply(start_from)
cured = d2l.fit(patient, train, test, epochs=epochs, lr=lr, optimizer=optimizer)

# %%
print("more than half of the test digits right:", max(cured.test_acc) > 0.5)
cured.plot()

# %% [markdown] lang="en"
# One run is an anecdote (chapter 04). So the script `tools/record/digits_runs.py` has trained the last four of the five from several seeds, and the file `data/digits_runs.json`
# holds the test accuracies, epoch by epoch. We ask each run: after how many epochs were more than half of the test digits right?

# %% [markdown] lang="zh"
# 单独一次运行只是个例（第 04 章）。所以脚本 `tools/record/digits_runs.py` 事先把五味药中的后四味都用好几个种子训练过，文件 `data/digits_runs.json`
# 记下了每一轮之后的测试准确率。对每次运行只问一句：过了多少轮，测试数字才认对一半以上？


# %%
def wakes(course):
    awake = [epoch for epoch, accuracy in enumerate(course, 1) if accuracy > 0.5]
    return awake[0] if awake else len(course) + 1


# %% [markdown] lang="en" slide="slide"
# ## Waking it up
#
# Standardised input; weights four times as large; Adam; ReLU and max pooling.
#
# **Predict:** which helps within ten epochs?

# %% [markdown] lang="zh" slide="slide"
# ## 唤醒它
#
# 标准化输入；权重放大到四倍；Adam；ReLU 与最大汇聚。
#
# **先猜：** 十轮之内，哪几味药见效？


# %% tags=["slide-answer"]
stored = json.loads(Path("../../data/digits_runs.json").read_text())["runs"]
waking = {name: [wakes(course) for course in stored[name]] for name in remedies}
d2l.show_spread(waking, xlabel="epochs until half are right")

# %% [markdown] lang="en" slide="notes"
# **4 min.** For each remedy ask which part of the illness it treats: four times the weights make up for the sigmoid's quarter; Adam gives every weight a step of the same size, however faint its gradient; ReLU has slope one.
#
# Eight seeds each. **Expect:** a single winner. Three of the four wake within ten epochs, ReLU soonest; the plain recipe needs eighty or more. One run is an anecdote.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 每味药都问一句：治的是病的哪一处？权重放大到四倍，补偿 sigmoid 的四分之一；Adam 不管梯度多微弱，让每个权重迈出同样大小的一步；ReLU 的斜率是一。
#
# 每味药用八个种子。**常见错误：** 以为灵药只有一味。四味里有三味十轮之内见效，ReLU 最快；原来的配方要八十轮以上。单独一次运行只是个例。

# %%
for name, values in waking.items():
    print(f"{name:14} from epoch {min(values)} to {max(values)}, {len(values)} seeds")
print("my own run is no later than two epochs after these:",
      wakes(cured.test_acc) <= max(waking[chosen]) + 2)  # fmt: skip

# %% [markdown] lang="en"
# Standardising shortens the plateau from more than forty epochs to a dozen or two, and the seed decides when it ends. Larger weights, Adam and ReLU leave it within
# ten epochs, from every one of these seeds, ReLU soonest. Look at the *shape* of a curve, too, not only at its end: one that has arrived may still stumble, and the value after the
# last epoch is one sample, no more.

# %% [markdown] lang="zh"
# 标准化输入把四十轮以上的平台缩短到一二十轮，究竟第几轮走出来，由种子决定。更大的权重、Adam 和 ReLU，用这些种子中的哪一个，都在十轮之内走了出来，ReLU 最快。
# 另外，看曲线要看*形状*，不要只看终点：曲线到了高处也还会跌跤，最后一轮的数值只是一个样本，不能说明更多。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> why does the learning rate of 0.9 suit the sigmoid network and not the one with ReLU?</summary>
#
# A learning rate multiplies the gradient. Through slopes of 1 the gradient arrives many times stronger than through slopes of at most a quarter, so the same rate would make
# steps that are many times too long.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>为什么 0.9 的学习率适合 sigmoid 网络，却不适合 ReLU 网络？</summary>
#
# 学习率要乘以梯度。斜率为 1 时，传到的梯度比斜率至多四分之一时强许多倍；学习率照旧，步子就会长许多倍。
# </details>

# %% [markdown] lang="en"
# ## 5 · Above 97 percent
#
# Now all of it together: ReLU, max pooling, Adam, and a batch norm behind each convolution, which standardises every map, batch
# by batch. Six epochs are enough, in batches of 100. One run could be lucky; three seeds show the spread.

# %% [markdown] lang="zh"
# ## 5 · 超过百分之 97
#
# 现在全都用上：ReLU、最大汇聚、Adam，再在每个卷积之后加一个批量规范化层。它对每个批量的每张特征图做标准化。批量大小取 100，六轮就够。
# 一次运行可能是碰巧；用三个种子，才看得出结果有多大的波动。


# %%
def modern_lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


# %%
train, test = d2l.load_digits(batch_size=100)
runs = []
for seed in range(3):
    torch.manual_seed(seed)
    net = modern_lenet().apply(d2l.init_cnn)
    start = net[0].weight.detach().clone()
    history = d2l.fit(net, train, test, epochs=6, lr=0.003, optimizer=Adam)
    runs.append(history.test_acc[-1])

# %% [markdown] lang="en" slide="slide"
# ## All of it together
#
# ReLU, max pooling, Adam, batch norm; six epochs, three seeds.
#
# **Predict:** how many of a hundred new digits right?

# %% [markdown] lang="zh" slide="slide"
# ## 全都用上
#
# ReLU、最大汇聚、Adam、批量规范化；六轮，三个种子。
#
# **先猜：** 一百个新数字，能认对几个？

# %% tags=["slide-answer"]
print("every seed above 97%:", min(runs) > 0.97)
d2l.show_spread({"modern LeNet": runs}, xlabel="test accuracy", repeatable=False)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Each dot is a seed. On 297 test digits, one digit is a third of a percent: look at how few steps lie between the dots.
#
# **Ask:** two runs reach 0.980 and 0.987. How many digits is that? (Two. Such differences mean nothing.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每个点是一个种子。测试只有 297 个数字，一个就是百分之零点三：看看这些点之间只差几个数字。
#
# **提问：** 两次运行是 0.980 和 0.987，差了几个数字？（两个。这样的差别说明不了什么。）

# %% [markdown] lang="en"
# **How honest is that number?** The 297 test digits were drawn at random. But the 1,797 digits come from thirteen people and seem to stand
# writer by writer, so every writer of a test digit has digits in the training set too. In real life the next cheque comes from a
# stranger. Keep the *last* 297 for the test instead: they are mostly by people whom the training has hardly seen.
#
# **Predict:** how many times as many mistakes?

# %% [markdown] lang="zh"
# **这个成绩有多可信？** 那 297 个测试数字是随机抽的。可是这 1,797 个数字出自十三个人之手，看来是按人排列的，
# 所以凡是写过测试数字的人，训练集里也都有他写的数字。现实中，下一张支票却是陌生人写的。
# 改用*最后* 297 个做测试：写它们的人，训练时大多没怎么见过。
#
# **先猜：** 错误会是原来的几倍？

# %% [markdown] lang="en" slide="slide"
# ## How honest is that number?
#
# The same thirteen people wrote the training digits and the test digits. Now test on people whom it has hardly seen.
#
# **Predict:** how many times as many mistakes?

# %% [markdown] lang="zh" slide="slide"
# ## 这个成绩有多可信？
#
# 训练数字和测试数字，出自同样十三个人之手。现在换成训练时没怎么见过的人来测试。
#
# **先猜：** 错误会是原来的几倍？

# %%
strangers = d2l.load_digits(batch_size=100, split="last")
torch.manual_seed(0)
for_strangers = modern_lenet().apply(d2l.init_cnn)
history = d2l.fit(for_strangers, *strangers, epochs=6, lr=0.003, optimizer=Adam)
times = (1 - history.test_acc[-1]) / (1 - min(runs))
print("at least 1.5 times as many mistakes on strangers:", times > 1.5)

# %% [markdown] lang="en" slide="fragment"
# At least *1.5 times* as many. A test answers the question that its data ask.

# %% [markdown] lang="zh" slide="fragment"
# 至少*1.5 倍*。测试只回答测试数据所问的问题。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Same network, same recipe, another question. The next cheque comes from a stranger.
#
# **Ask:** where else does this happen? (Patients in both sets, frames of one film, two photographs of one street.) The last digits come from about three people: a warning, not a measurement.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 网络相同，配方相同，问的却是另一个问题。下一张支票，是陌生人写的。
#
# **提问：** 还有哪些地方会这样？（同一个病人两边都有，同一段影片的画面，同一条街的两张照片。）最后这些数字大约只出自三个人之手：这是警告，不是测量。

# %% [markdown] lang="en"
# `round((1 - history.test_acc[-1]) * 297)` tells you how many it makes now. Same network, same recipe, another question. **A test answers
# the question that its data ask**, so say with every accuracy what the test digits have in common with the training digits. (And these
# last digits come from about three people: take the number as a warning, not as a measurement.)

# %% [markdown] lang="zh"
# 用 `round((1 - history.test_acc[-1]) * 297)` 可以算出现在错了几个。网络相同，配方相同，问的却是另一个问题。
# **测试数据问什么，测试就只回答什么**，所以每报一个准确率，都要说清测试数字与训练数字有什么共同之处。
# （最后这些数字大约只出自三个人之手，所以这个成绩只能当作警告，不能当作测量。）

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> two runs reach 0.980 and 0.987. How many of the 297 test digits separate them?</summary>
#
# Two: $0.007 \cdot 297 \approx 2$. With so few test digits, small differences between networks mean nothing.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>两次运行的准确率分别是 0.980 和 0.987。在 297 个测试数字上，差了几个？</summary>
#
# 两个：$0.007 \cdot 297 \approx 2$。测试数字这么少，网络之间的微小差别说明不了什么。
# </details>

# %% [markdown] lang="en"
# ## 6 · Looking inside
#
# What did the first layer learn? Six kernels, blue for positive, red for negative; above each, the random numbers that it started
# from.
#
# **Predict:** the network reads digits well now. Will its kernels look like chapter 03's edge detectors?

# %% [markdown] lang="zh"
# ## 6 · 往里面看
#
# 第一层学到了什么？下面一排是学成的六个卷积核，蓝为正，红为负；上面一排是它们出发时的随机数。
#
# **先猜：** 网络现在认数字认得很好。它的卷积核会像第 03 章的边缘检测器吗？

# %% [markdown] lang="en" slide="slide"
# ## What did the first layer learn?
#
# **Predict:** edge detectors, as in chapter 03? Above the start, below what was learned.

# %% [markdown] lang="zh" slide="slide"
# ## 第一层学到了什么？
#
# **先猜：** 是第 03 章那样的边缘检测器吗？上面是起点，下面是学成的。

# %% tags=["slide-answer"]
net, learned = net.to("cpu"), net[0].weight.detach().cpu()
kernels = {f"start {k}": start[k, 0] for k in range(6)}
kernels |= {f"learned {k}": learned[k, 0] for k in range(6)}
d2l.show_images(kernels, columns=6, signed=True, repeatable=False)

# %% [markdown] lang="en" slide="fragment"
# It hardly moved: six *random* kernels were enough.

# %% [markdown] lang="zh" slide="fragment"
# 几乎没动：六个*随机*的卷积核就够用了。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Blue is positive, red is negative. Let them compare column by column; each kernel still looks like its start.
#
# **Ask:** so where did the learning happen? A good score does not tell *which* part of a network has learned. With more and larger pictures first layers do turn into edge detectors; here nothing forces them to.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 蓝为正，红为负。让大家一列一列地比：每个卷积核都还像它的起点。
#
# **提问：** 那么学习发生在哪里？成绩好，并不说明是网络的*哪一部分*在学习。图像更多、更大时，第一层确实会变成边缘检测器；这里没有什么逼着它变。

# %%
pairs = [torch.stack([start[k].cpu().flatten(), learned[k].flatten()]) for k in range(6)]
likeness = min(torch.corrcoef(pair)[0, 1].item() for pair in pairs)
print("every kernel still looks like its start (correlation above 0.8):", likeness > 0.8)

# %% [markdown] lang="en"
# They hardly moved! Six *random* kernels already answer to six different mixtures of edges and blobs, and for fifteen hundred small
# digits the layers behind can evidently work with that. It is a healthy surprise: a good score does not tell you *which* part of a network did the
# learning. On more and larger pictures, trained for longer, first layers do turn into edge detectors; here nothing forces them to.

# %% [markdown] lang="zh"
# 它们几乎没动！六个*随机*的卷积核，本来就对六种不同的边缘与斑块的混合有所响应；对一千五百个小小的数字来说，后面几层靠这些就够用了。
# 这个意外值得记住：成绩好，并不说明究竟是网络的*哪一部分*在学习。图像更多、更大，训练更久，第一层确实会变成边缘检测器；
# 但在这里，没有什么逼着它变。

# %% [markdown] lang="en"
# And the rest of the network? Here it is, all of it at work on twenty digits: ten taken at random, and ten hard ones.
#
# **Predict:** where will a map of the first layer answer most strongly: inside a stroke, on its left or on its right? Is that the same for all six maps?
#
# **Play:** choose a digit and walk from the picture through the maps to the ten scores. Point at any cell: framed in the picture is everything that
# it can see, and beside it stands the arithmetic behind its number. How much of the picture does a cell see in the first maps, how much in the last? (Exercise 3 asks for the number.)
#
# **Task:** number 10 is a 5. What does your network take it for, and which of the others does it get wrong? Decide for yourself how *you* would have
# read it. The next cell counts.

# %% [markdown] lang="zh"
# 网络的其余部分呢？下面就是整个网络，正在处理二十个数字：十个是随机取的，十个是难认的。
#
# **先猜：** 第一层的特征图会在哪里响应最强：笔画里面、笔画左边，还是右边？六张图都一样吗？
#
# **动手：** 选一个数字，从图像出发，穿过一张张特征图，一直走到十个得分。指向任意一格：图像中框出的，是这一格看得到的全部；旁边是得出这个数的算式。
# 前面的图里，一格看得到多大一块图像？最后的图里呢？（练习 3 要的就是这个数。）
#
# **任务：** 10 号是个 5。你的网络把它当成了几？另外还认错了哪些？换了*你*来认，会怎么认？下一个单元格来数一数。

# %%
# The test digits that eight networks like this one found hardest:
hard = [209, 275, 68, 79, 233, 47, 286, 86, 27, 115]
twenty = torch.cat([digits[:10], test.images[hard].float() / 255])
truth = torch.cat([labels[:10], test.labels[hard]])

# %% [markdown] lang="en" slide="slide"
# ## The whole network at work
#
# Walk from layer to layer: how much of the picture does a cell see?

# %% [markdown] lang="zh" slide="slide"
# ## 整个网络在工作
#
# 一层一层走过去：每一格看得到多大一块图像？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import NetworkExplorer

explorer = NetworkExplorer(net, twenty, truth, chosen=10)
explorer

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E to go into the picture, then Tab to the row of digits: arrow keys choose one. Tab on to a map: arrow keys move the cell, Page Up and Page Down change the map, `[` and `]` the layer. Escape brings you back.
#
# Number 10 is a 5: what does the network take it for, and would you? Then walk from the picture to the ten scores. **Ask** at each layer: how much of the picture does this cell see? **Expect:** five by five everywhere. The frame in the picture grows with every layer.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入图中，按 Tab 走到那排数字，用方向键选一个。再按 Tab 走到一张特征图：方向键逐格移动，Page Up 和 Page Down 换特征图，`[` 和 `]` 换层。按 Esc 回来。
#
# 10 号是个 5：网络把它当成了几？换了你呢？然后从图像一路走到十个得分。每到一层就**提问：** 这一格看得到多大一块图像？**常见错误：** 以为每层都是五乘五。图像里的框，一层比一层大。

# %%
with torch.no_grad():
    right = net(twenty).argmax(1) == truth
print("of the ten at random at least nine are right:", bool(right[:10].sum() >= 9))
print("of the ten hard ones at least two are wrong:", bool((~right[10:]).sum() >= 2))

# %% [markdown] lang="en"
# Where is it wrong, all in all? All answers on the test digits, in one table: the row is the truth, the column the answer. Everything off the diagonal
# is a mistake.

# %% [markdown] lang="zh"
# 总的来说，它错在哪里？把它对全部测试数字的回答汇总成一张表：行是真实的数字，列是网络的回答。对角线以外的都是错误。

# %%
X, y = test.images.float() / 255, test.labels
with torch.no_grad():
    answers = net(X).argmax(1)
matrix = torch.bincount(y * 10 + answers, minlength=100).reshape(10, 10)
d2l.show_confusion(matrix, [str(k) for k in range(10)])

# %% [markdown] lang="en" slide="slide"
# ## What it gets wrong
#
# **Predict:** would you have read them right?

# %% [markdown] lang="zh" slide="slide"
# ## 它认错的
#
# **先猜：** 换了你，能认对吗？

# %% tags=["slide"]
wrong = (answers != y).nonzero().flatten()[:8].tolist()
d2l.show_images(
    {f"{k}: {y[k]} as {answers[k]}": X[k, 0] for k in wrong} or {"no mistake": X[0, 0]},
    columns=8,
    repeatable=False,
)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Above each digit: the truth, and what was read. Let the class vote on each. Some are mistakes of the network, some of the writer, some of the eight by eight cells.
#
# **Ask:** what would help: more digits, or sharper ones?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每个数字上方先写着真实的数字，as 后面是网络读成了几。逐个让全班投票。有的错在网络，有的错在写字的人，有的错在八乘八的格子太粗。
#
# **提问：** 什么会有帮助：更多的数字，还是更清楚的数字？

# %% [markdown] lang="en"
# Would you have read them right?
#
# A last experiment. Convolution answers to a shifted picture with shifted maps, so people say that such networks do not mind where a digit
# stands.
#
# **Predict:** move all test digits to the right by 1 to 4 cells. Is that so? (Their margins are wide enough: hardly any ink gets
# lost.)

# %% [markdown] lang="zh"
# 换了你，能认对吗？
#
# 最后一个实验。图像平移，卷积得到的特征图也跟着平移，所以有人说，这样的网络不在乎数字写在哪里。
#
# **先猜：** 把所有测试数字向右移 1 到 4 格。真的不在乎吗？（两侧的空白够宽，笔画几乎不会移出去。）


# %%
def accuracy_shifted(net, cells):
    shifted = torch.roll(X, cells, dims=3)
    shifted[..., :cells] = 0
    with torch.no_grad():
        return (net(shifted).argmax(1) == y).float().mean().item()


# %% [markdown] lang="en" slide="slide"
# ## Does it mind where a digit stands?
#
# Move all test digits to the right by 1 to 4 cells. **Predict:** the accuracy.

# %% [markdown] lang="zh" slide="slide"
# ## 数字写在哪里，它在乎吗？
#
# 把所有测试数字向右移 1 到 4 格。**先猜：** 准确率会怎样？


# %% tags=["slide-answer"]
print(f"ink that leaves the picture with 4 cells: {X[..., -4:].sum() / X.sum():.1%}")
by_shift = [accuracy_shifted(net, cells) for cells in range(5)]
print(
    "one cell costs little:", by_shift[1] > 0.9, "  four cells cost a lot:", by_shift[4] < 0.8
)
d2l.show_curves(
    {"shifted digits": by_shift},
    x=range(5),
    xlabel="cells to the right",
    ylabel="accuracy",
    repeatable=False,
)

# %% [markdown] lang="en" slide="fragment"
# Convolution gives *equivariance*; invariance has to be made from it.

# %% [markdown] lang="zh" slide="fragment"
# 卷积给的是*平移等变性*；平移不变性还得另外造出来。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Expect:** "convolution does not care where". The maps move along, but behind `Flatten` every place has weights of its own, and these have only seen digits in the middle.
#
# **Ask:** how did the reading machines of the nineties get round it? (They centred the digit first, outside the network.) Chapter 07 measures how far pooling goes.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **常见错误：** “卷积不在乎位置。”特征图是跟着移了，可是在 `Flatten` 之后，每个位置各有各的权重，它们只见过居中的数字。
#
# **提问：** 九十年代的识字机器怎么绕过这一点？（先在网络之外把数字移到正中。）汇聚能做到哪一步，第 07 章会测量。

# %% [markdown] lang="en"
# It does mind. The maps move along with the digit, but behind `Flatten` every place has weights of its own, and these have only seen digits in
# the middle. A cell or two are forgiven, not more. What convolution gives is *equivariance*, the maps shift along;
# *invariance* would have to be made from it. Chapter 07 measures how far pooling really goes.

# %% [markdown] lang="zh"
# 它在乎。特征图跟着数字一起移动，可是在 `Flatten` 之后，每个位置各有各的权重，而这些权重只见过居中的数字。
# 移一两格还能容忍，再多就不行了。卷积给的是*平移等变性*，即特征图跟着平移；*平移不变性*还得在它的基础上另外造出来。
# 汇聚到底能做到哪一步，第 07 章会来测量。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> how do you read the accuracy off a confusion matrix? And what do the sums of its rows tell?</summary>
#
# The sum of the diagonal, divided by the sum of everything. The sum of a row is how often that digit occurs in the test, whatever the network says.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>怎样从混淆矩阵读出准确率？每一行的和又说明什么？</summary>
#
# 对角线之和除以全体之和。一行的和，是这个数字在测试集里出现的次数，与网络的回答无关。
# </details>

# %% [markdown] lang="en"
# ## 7 · Your own hand
#
# In section 5 the network met strangers. Now you are the stranger.
#
# **Predict:** write each of the ten digits once. How many will it read right? And what will it say to a letter?
#
# **Play:** draw with the mouse, with a finger, or with the keys; the line below the pad says which. Follow your drawing on the way that the training digits
# went: it is cut out and stretched to one size, thin pens are made thicker, its slant is taken out, and its ink is counted in blocks, eight by eight. Then it is
# brought to 28 by 28, and that last picture is all that the network ever sees.
#
# **Task:** write a 7 in the middle, another in a corner, a huge one and a tiny one. Which differences are gone before the network looks? Then write a 7 with a bar, a
# 1 with a foot, a digit lying on its side, an A. How sure is the answer?

# %% [markdown] lang="zh"
# ## 7 · 你的笔迹
#
# 在第 5 节里，网络遇到了陌生人。这一回，陌生人就是你。
#
# **先猜：** 十个数字各写一遍，它能认对几个？要是给它看一个字母，它会说什么？
#
# **动手：** 用鼠标、手指或键盘来写，手写板下面的那一行说明了用哪些键。训练数字走过的路，你写的字也要走一遍：裁下来，拉伸到统一的大小，
# 细的笔画加粗，斜的扶正，再逐小块数出墨迹，得到八行八列。最后放大到 28 乘 28，网络看到的，始终只有这最后一张图。
#
# **任务：** 把 7 写在正中，再写一个在角上，一个特别大的，一个特别小的。哪些差别在网络看到之前就没有了？
# 然后写一个中间带横的 7、一个底下带横的 1、一个躺倒的数字，再写一个字母 A。它的回答有多自信？

# %% tags=["explorer"]
from d2lutil.explorers import DigitPad

pad = DigitPad(net)
pad

# %%
drawing = torch.zeros(96, 96)
drawing[20:28, 30:66] = drawing[20:80, 58:66] = 1  # a seven, in two strokes
pad.ink = drawing
in_the_middle, corner = pad.image, torch.zeros(96, 96)
corner[:60, :36] = drawing[20:80, 30:66]
pad.ink = corner
d2l.compare(pad.image, in_the_middle)

# %% [markdown] lang="en"
# Where you write makes no difference, how large and how slanted hardly any: the preparation takes that away *outside* the network, which section 6 showed to be so
# touchy. Reading machines have always done it like this. What it leaves, such as a bar or a foot, the network must know from its training digits, and the people behind them wrote their 7 in their own way.
#
# And the A? It gets the name of a digit, often with a high percentage. Softmax shares out 100 percent among ten names, and "none of them" is not among the ten.
# Is that only your A? Take the test digits, and shuffle their blocks, all in the same way. As much ink as before, and no digit left:

# %% [markdown] lang="zh"
# 写在哪里毫无影响，写得多大、多斜也几乎没有影响：这些差别在网络*之外*的预处理中就被去掉了，而第 6 节说过，网络本身对此相当敏感。
# 识字的机器历来都是这么做的。预处理没有去掉的，比如中间的一横、底下的一横，网络就得从训练数字里学过才行，而那些人写 7 自有他们的写法。
#
# 那么 A 呢？它照样得到一个数字的名字，百分比往往还很高。softmax 把总共 100 个百分点分给十个名字，而“都不是”不在这十个之列。
# 只有你的 A 才这样吗？取测试数字，把它们的小块打乱，每张都按同样的方式打乱。墨迹一点没少，数字却没有了：

# %% [markdown] lang="en" slide="slide"
# ## And what is no digit at all?
#
# Test digits with their blocks shuffled. **Predict:** what does the network say, and how sure is it?

# %% [markdown] lang="zh" slide="slide"
# ## 根本不是数字的呢？
#
# 把测试数字的小块打乱。**先猜：** 网络会说什么？有多自信？

# %% tags=["slide"]
small = nn.functional.interpolate(X, (8, 8), mode="bilinear").flatten(2)
order = torch.randperm(64, generator=torch.Generator().manual_seed(0))
shuffled = small[..., order].unflatten(2, (8, 8))
nonsense = nn.functional.interpolate(shuffled, (28, 28), mode="bilinear")
d2l.show_images({f"{k}: from a {y[k]}": nonsense[k, 0] for k in range(8)}, columns=8)

# %% [markdown] lang="en" slide="fragment"
# It names a digit all the same: "none of them" is *not among the ten.*

# %% [markdown] lang="zh" slide="fragment"
# 照样说是某个数字：“都不是”*不在这十个之列。*

# %% [markdown] lang="en" slide="notes"
# **2 min.** Softmax shares out all it has among ten names. More than a tenth of the nonsense is named with over 90%.
#
# **Ask:** an eleventh class, "not a digit": would that do? (It will know what resembles your examples, and nothing else.) If the notebook is open: let somebody write on the pad there, a 7 first and then an A.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** softmax 把全部百分比分给十个名字。对一成以上的打乱的图，网络说它是某个数字，而且把握超过 90%。
#
# **提问：** 增加第十一类“不是数字”，行吗？（与你的例子相像的，它认得出来；其余的仍然不知道。）笔记本开着的话，请一位同学在手写板上写：先写一个 7，再写一个 A。

# %%
with torch.no_grad():
    sure = net(nonsense).softmax(1).max(1).values > 0.9
print(
    "of the nonsense, more than a tenth is named with over 90%:",
    bool(sure.float().mean() > 0.1),
)

# %% [markdown] lang="en"
# **A network that is never shown anything but digits has no reason to learn what is not a digit.** Its percentages compare the ten names with one another; they do not say whether the
# question makes sense.
#
# <details><summary><b>Check yourself:</b> somebody proposes an eleventh class, "not a digit". What would you have to give the network, and what would remain uncertain?</summary>
#
# Examples of what is not a digit, and it is up to you which. It will recognise what resembles your examples; about everything else you
# know as little as before.
# </details>

# %% [markdown] lang="zh"
# **除了数字什么都没见过的网络，没有理由学会什么不是数字。** 它的百分比只是在十个名字之间作比较，并不说明这个问题本身有没有意义。
#
# <details><summary><b>自测：</b>有人提议增加第十一类：“不是数字”。你得给网络看什么？还有什么仍然说不准？</summary>
#
# 得给它看不是数字的例子，给哪些由你决定。与这些例子相像的，它认得出来；至于其余的一切，你知道的并不比原来多。
# </details>

# %% [markdown] lang="en"
# ## 8 · The LeNet of 1998
#
# The network of LeCun, Bottou, Bengio and Haffner differs from ours in these ways, and in how it was trained.
#
# | | 1998 | here |
# | --- | --- | --- |
# | picture | 32 × 32, no padding | 28 × 28, padding 2 |
# | activation | a scaled tanh | sigmoid, later ReLU |
# | pooling | sum of a block, times a learned weight, plus a learned bias | mean, later max |
# | second convolution | each map sees only some of the 6 maps below | each sees all |
# | output | distances to ten fixed drawings of digits | ten scores |
#
# The wiring of the second convolution was chosen by hand: six of its maps see 3 maps, nine see 4, and one sees all 6.
#
# **Predict:** with all that, did it have more parameters than our 61,706, or fewer?

# %% [markdown] lang="zh"
# ## 8 · 1998 年的 LeNet
#
# LeCun、Bottou、Bengio 和 Haffner 的网络与我们的有以下不同，训练方法也不一样。
#
# | | 1998 | 本章 |
# | --- | --- | --- |
# | 图像 | 32 × 32，不填充 | 28 × 28，填充 2 |
# | 激活 | 缩放过的 tanh | sigmoid，后来是 ReLU |
# | 汇聚 | 小块求和，乘以可学习的权重，加上可学习的偏置 | 平均，后来是最大 |
# | 第二个卷积 | 每张特征图只看前一层 6 张图中的几张 | 每张都看全部 |
# | 输出 | 到十幅固定数字图案的距离 | 十个得分 |
#
# 第二个卷积的连接方式是手工选定的：有六张图各看 3 张，九张图各看 4 张，还有一张看全部 6 张。
#
# **先猜：** 这样一来，它的参数比我们的 61,706 多，还是少？

# %%
c3 = 6 * (3 * 25 + 1) + 9 * (4 * 25 + 1) + 1 * (6 * 25 + 1)
layers = {"C1": 156, "S2": 6 * 2, "C3": c3, "S4": 16 * 2, "C5": 48120, "F6": 10164}
print(layers, "total", sum(layers.values()))

# %% [markdown] lang="en"
# Fewer, and a strikingly round number. The sparse wiring was made to save arithmetic, which was dear at the time, and to force the maps to
# become different from each other. (The ten drawings of the output were fixed, so they do not count.)

# %% [markdown] lang="zh"
# 更少，而且是个整得出奇的数。稀疏的连接，一是为了节省在当时很昂贵的运算，二是为了迫使各张特征图彼此不同。
# （输出层的十幅图案是固定的，所以不算参数。）

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> why does a map that sees 3 maps need 76 numbers and not 75?</summary>
#
# It has $3 \cdot 25 = 75$ weights and one bias of its own.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>一张图只看下面 3 张图，为什么需要 76 个数，而不是 75 个？</summary>
#
# 它有 $3 \cdot 25 = 75$ 个权重，再加上自己的一个偏置。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - sigmoids made all digits alike and the gradient faint: it slept
# - ReLU, Adam, larger weights or standardised input wake it
# - above 97%, on digits by writers whom it knew
# - look inside before you change the recipe
# - a percentage compares ten names, nothing else

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - sigmoid 让所有数字都一个样，梯度也微弱：所以它睡着了
# - ReLU、Adam、更大的权重、标准化输入，都能唤醒它
# - 超过 97%，但写字的人它都见过
# - 换配方之前，先往里面看
# - 百分比只在十个名字之间比较

# %% [markdown] lang="en" slide="notes"
# **2 min.** Back to the 7 on the board: nobody wrote a rule, and it reads. **Ask:** which sentence of today would you tell the bank? Set the exercises on the field of view and on patience. Next: chapter 10, clothes instead of digits, and how much of a result is luck.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到黑板上的 7：没有人写过一条规则，它却认得出来。**提问：** 今天的哪一句，你会告诉银行？布置关于视野大小和耐心的练习。下一步：第 10 章，数字换成服装，再看一个结果里有多少是运气。

# %% tags=["exercises"]
exercises.ch09

# %%
torch.manual_seed(0)
if (candidate := global_lenet()) is not None:
    history = d2l.fit(candidate, train, test, epochs=12, lr=0.002, optimizer=Adam)
    print("above 90%:", history.test_acc[-1] > 0.9)

# %% [markdown] lang="en"
# ## Summary
#
# LeNet is two rounds of convolution and pooling and three linear layers, 61,706 numbers in all, most of them in the first linear layer. With
# sigmoids it sleeps: on the way up all digits become alike, on the way down the gradient fades. ReLU, standardised maps and an optimiser that
# listens to faint gradients wake it up, and it reads more than 97% of unseen digits right, fewer when the hand is new as well. Its first
# kernels hardly move from their random start; the layers behind do the learning.
#
# **Next:** chapter 10 takes it to harder pictures, clothes, and asks how fast and how reliably it learns.
#
# **Further reading**
# - LeCun, Bottou, Bengio and Haffner, [Gradient-Based Learning Applied to Document Recognition](http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf)
#   (1998), the original.
# - Glorot and Bengio, [Understanding the difficulty of training deep feedforward neural networks](https://proceedings.mlr.press/v9/glorot10a.html)
#   (2010), on why sigmoids sleep.
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/lenet.html), "LeNet".

# %% [markdown] lang="zh"
# ## 小结
#
# LeNet 是两组卷积与汇聚，加上三个全连接层，共 61,706 个参数，其中大半在第一个全连接层。用 sigmoid 时它沉睡不醒：
# 前向传播的路上，所有数字变得一个样；反向传播的路上，梯度渐渐消失。ReLU、标准化的特征图，以及听得见微弱梯度的优化器把它唤醒，
# 于是没见过的数字它能认对 97% 以上；如果连笔迹也是陌生的，就会少一些。它最前面的卷积核几乎停在随机的起点上，学习主要发生在后面几层。
#
# **下一步：** 第 10 章让它去认更难的图像——衣服，并追问它学得有多快、有多可靠。
#
# **延伸阅读**
# - LeCun、Bottou、Bengio、Haffner：[Gradient-Based Learning Applied to Document Recognition](http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf)
#   （1998），原始论文。
# - Glorot、Bengio：[Understanding the difficulty of training deep feedforward neural networks](https://proceedings.mlr.press/v9/glorot10a.html)
#   （2010），讲用 sigmoid 的网络为什么会沉睡。
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/lenet.html)
#   （Dive into Deep Learning，链接指向英文版）中关于 LeNet 的一节。
