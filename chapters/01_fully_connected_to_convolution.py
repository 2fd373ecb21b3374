# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 01 From fully connected layers to convolution
#
# *Take a picture of one megapixel and let a thousand hidden units look at it, each at every pixel. That makes $10^9$ weights in
# the very first layer. Later in this chapter we look at the same picture with nine weights. What must we believe about
# pictures to get by with nine?*
#
# **In this chapter you will**
# - count what a fully connected layer costs, and see what it does not know about pictures;
# - turn a fully connected layer into a convolution, one line of algebra and one line of code at a time;
# - see that a convolution *is* a fully connected layer, with most weights zero and the others shared;
# - test whether a function is invariant or equivariant, and see where a real layer fails the test;
# - meet convolution where it is at home: dice, products of polynomials, sliding functions;
# - add colours and channels.
#
# **Time:** about 40 minutes to read and run, two hours and a half for all the exercises. **You need:** tensors and `nn.Linear` in
# PyTorch. Nothing about convolution.

# %% [markdown] lang="zh"
# # 01 从全连接层到卷积
#
# *拿一张百万像素的图像，让一千个隐藏单元去看，每个单元都看遍所有像素。光是第一层就有 $10^9$ 个权重。
# 本章后面，我们只用九个权重来看同样的图像。关于图像，我们得相信些什么，九个才够用？*
#
# **学完本章，你将能够**
# - 算出全连接层要花多少参数，并看清它对图像不知道些什么；
# - 一行推导配一行代码，把全连接层一步步变成卷积；
# - 看出卷积*就是*全连接层，只不过大部分权重为零，其余的权重共用；
# - 检验一个函数是不变的还是等变的，并看到真实的层在哪里通不过检验；
# - 到卷积的老家看一看：骰子、多项式相乘、滑动的函数；
# - 加上颜色和通道。
#
# **所需时间：** 阅读并运行约 40 分钟，做完全部练习另需两个半小时。**预备知识：** PyTorch 的张量和 `nn.Linear`。无需事先了解卷积。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Write two numbers on the board: 1,000,000,000 and 9. **Ask:** who would bet that nine weights can do anything useful on a picture of a million pixels? Hands up, and remember who.
#
# The way from the first number to the second is the lecture. It takes two beliefs about pictures; let the class guess at them now, without comment.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 在黑板上写两个数：1,000,000,000 和 9。**提问：** 一张百万像素的图像，谁敢打赌九个权重就能派上用场？请举手，并记住都有谁。
#
# 从第一个数走到第二个数，就是这堂课。靠的是关于图像的两个信念；先让大家猜猜是什么，不作评论。

# %%
import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · The bill
#
# Here is a photograph. To a program it is a table of numbers, one for each pixel, 0 for black and 1 for white; below it you see five
# rows and eight columns of that table, cut out where the sky meets the tip of the roof (the deeper the blue, the larger the number).

# %% [markdown] lang="zh"
# ## 1 · 先看账单
#
# 下面是一张照片。在程序眼里，它是一张数字表，每个像素一个数，0 是黑，1 是白；照片下方是从这张表里剪下的五行八列，
# 那里正是天空与屋顶的尖端相接的地方（蓝色越深，数越大）。

# %% [markdown] lang="en" slide="slide"
# ## What does it cost to look?
#
# 427 rows, 640 columns; 1,000 hidden units, each sees every pixel.
#
# **Predict:** nearer to a million numbers, a hundred million, or ten billion?

# %% [markdown] lang="zh" slide="slide"
# ## 看一眼，要花多少？
#
# 427 行，640 列；1,000 个隐藏单元，每个都看遍所有像素。
#
# **先猜：** 要学的数更接近一百万、一亿，还是一百亿？

# %% tags=["slide"]
photo = d2l.photo("china", gray=True)
d2l.show_images({"photo": photo}, width=7)

# %% [markdown] lang="en" slide="fragment"
# More than a quarter of a billion: $427\cdot 640\cdot 1000 + 1000 = 273{,}281{,}000$

# %% [markdown] lang="zh" slide="fragment"
# 两亿七千多万：$427\cdot 640\cdot 1000 + 1000 = 273{,}281{,}000$

# %% [markdown] lang="en" slide="notes"
# **3 min.** Three corners of the room, three answers: let the class move, or point. Then compute aloud: 427 times 640 is about 270,000 pixels, times 1,000.
#
# **Expect:** a million, because a photograph "has not that many pixels". **Ask:** and a megapixel? A billion, 4 GB of weights in one layer. Each of these numbers has to be learned from examples.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 教室三个角代表三个答案，请大家走过去，或者用手指。然后一起口算：427 乘 640 约 270,000 个像素，再乘 1,000。
#
# **常见错误：** 猜一百万，觉得照片“没有那么多像素”。**提问：** 换成百万像素呢？十亿个，光这一层的权重就占 4 GB。每一个数都得从样本里学出来。

# %%
d2l.show_grids(top_of_the_roof=photo[40:45, 193:201])

# %% [markdown] lang="en"
# A **fully connected layer** (`nn.Linear`) is the plainest thing that can learn from such a table. Lay all pixels in one long
# row. Every **hidden unit** owns one **weight** for each pixel, multiplies, adds up, and adds one more number of its own, its **bias**.
#
# **Predict:** the photograph has 427 rows and 640 columns. How many numbers must a layer of 1,000 hidden units learn? Is it nearer to
# a million, a hundred million, or ten billion?
#
# Only the first of the three layers below is really built. The large ones are made on the device `meta`, where a tensor has a shape but no
# memory for its numbers. You will see why that is wise.

# %% [markdown] lang="zh"
# 要从这样一张表里学习，最朴素的办法是**全连接层**（`nn.Linear`）：把所有像素排成长长的一行，
# 每个**隐藏单元**给每个像素配一个自己的**权重**，逐个相乘再求和，最后再加上一个自己的数，即**偏置**。
#
# **先猜：** 这张照片有 427 行、640 列。一个有 1,000 个隐藏单元的层要学习多少个数？更接近一百万、一亿，还是一百亿？
#
# 下面三个层，真正建出来的只有第一个。两个大的放在 `meta` 设备上：那里的张量只有形状，并不为数值分配内存。
# 为什么要这样，马上就会明白。


# %%
def parameters(layer):
    return sum(p.numel() for p in layer.parameters())


# %%
small = nn.Linear(28 * 28, 1000)
on_photo = nn.Linear(427 * 640, 1000, device="meta")
on_megapixel = nn.Linear(1000 * 1000, 1000, device="meta")
print(f"thumbnail, 28 x 28:     {parameters(small):>13,} = {28 * 28 * 1000:,} + 1,000 biases")
print(f"photograph, 427 x 640:  {parameters(on_photo):>13,}")
print(f"megapixel, 1000 x 1000: {parameters(on_megapixel):>13,}")
print(f"memory for the last: {4 * parameters(on_megapixel) / 1e9:.1f} GB at 4 bytes a number")

# %% [markdown] lang="en"
# More than a quarter of a billion numbers for the photograph, a billion for the megapixel; and this is one layer, with
# fewer units than pixels. While it learns it needs as much memory again for the gradients. Worse: each of those numbers has to be
# learned from examples, and the more there are to learn, the more examples it takes.
#
# Now the layer that this series is about. Its **kernel** is a small table of weights that visits every place of the picture;
# how exactly, section 3 will derive.

# %% [markdown] lang="zh"
# 这张照片要两亿七千多万个数，百万像素的图像要十亿个；而这只是一层，单元数还远远少于像素数。学习时，梯度还要占去同样多的内存。
# 更糟的是，每一个数都要靠样本学出来，要学的数越多，需要的样本也越多。
#
# 再看本系列的主角，卷积层。它的**卷积核**是一张小小的权重表，会走遍图像的每个位置；究竟怎么走，第 3 节会推导出来。

# %%
convolution = nn.Conv2d(1, 1, kernel_size=3)
print(f"{parameters(convolution)} = 9 weights and 1 bias")

# %% [markdown] lang="en"
# Not nine per pixel: nine in all, whatever the picture. So that the comparison is fair, remember that its answer is a whole picture
# and not 1,000 numbers. A fully connected layer that answers with a picture needs a weight for each pair of pixels.
#
# **Play:** `side` is the height and width of the picture, `kernel` that of the kernel. The scale is logarithmic: equal
# steps to the right multiply by equal factors. Up to which side does the top bar stay below a million weights? And which
# of the two sliders moves the lowest bar?

# %% [markdown] lang="zh"
# 不是每个像素九个，而是总共九个，换什么图像都一样。要比得公平，还得记住：卷积输出的是整整一张图，而不是 1,000 个数。
# 全连接层如果也要输出一张图，那么每一对像素都需要一个权重。
#
# **动手：** 滑块 `side` 是图像的边长，`kernel` 是卷积核的边长。横轴是对数刻度：往右走同样长的一段，就乘上同样的倍数。
# 边长最大到多少，最上面那一条还不超过一百万个权重？最下面那一条，又由哪个滑块控制？


# %%
def bill(side, kernel):
    return {
        "fully connected, to 1,000 units": side**2 * 1000,
        "fully connected, to a picture": side**4,
        "convolution, to a picture": kernel**2,
    }


# %% [markdown] lang="en" slide="slide"
# ## Three bills for a megapixel
#
# **Predict:** the picture becomes twice as high and twice as wide. By which factor does each bar grow?

# %% [markdown] lang="zh" slide="slide"
# ## 百万像素的三张账单
#
# **先猜：** 图像的高和宽都变成两倍，每一条各变成几倍？

# %% tags=["explorer", "slide"]
d2l.sliders(
    lambda side, kernel: d2l.show_bars(bill(side, kernel), "weights", log=True, end=1e14),
    start={"side": 1000},
    side=[8, 16, 28, 32, 64, 128, 256, 512, 1000, 2000],
    kernel=range(3, 12, 2),
)

# %% [markdown] lang="en" slide="fragment"
# Times 4, times 16, and not at all.

# %% [markdown] lang="zh" slide="fragment"
# 4 倍，16 倍，不变。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Say first how to read it: the axis is logarithmic, each mark to the right is a hundred times as much. The lowest bar is the layer of this course: a $3\times 3$ kernel that visits every place; how, is derived in a minute.
#
# **Expect:** "times 2" or "times 4" for all. **Ask:** why 16 for the second? Four times the inputs and four times the outputs. The notebook has sliders for side and kernel here.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先说怎么看：横轴是对数刻度，每往右一格刻度就是一百倍。最下面那一条是本课程的主角：一个走遍所有位置的 $3\times 3$ 卷积核；怎么来的，马上推导。
#
# **常见错误：** 以为三条都是 2 倍，或者都是 4 倍。**提问：** 第二条为什么是 16 倍？输入变成四倍，输出也变成四倍。笔记本里这张图有滑块，可以改边长和卷积核。

# %% [markdown] lang="en"
# Up to 28: $28^2 \cdot 1000$ is 784,000, and $32^2 \cdot 1000$ is 1,024,000 already. (We count weights here; the biases hardly matter.) The
# lowest bar does not know the picture's size at all.
#
# <details><summary><b>Check yourself:</b> a picture twice as high and twice as wide. What happens to the three bills?</summary>
#
# It has four times as many pixels. To 1,000 units: four times the weights. To a picture: four times the inputs and four times the
# outputs, sixteen times the weights. Convolution: the same as before.
# </details>

# %% [markdown] lang="zh"
# 最大到 28：$28^2 \cdot 1000$ 是 784,000，而 $32^2 \cdot 1000$ 已经是 1,024,000。（这里只数权重，偏置可以忽略。）
# 最下面那一条根本不知道图像有多大。
#
# <details><summary><b>自测：</b>图像的高和宽都变成两倍，三笔账各变成多少？</summary>
#
# 像素变成四倍。输出 1,000 个单元：权重变成四倍。输出一张图：输入和输出都变成四倍，权重变成十六倍。卷积：不变。
# </details>

# %% [markdown] lang="en"
# ## 2 · A layer without neighbours
#
# Is a billion weights a fair price? Then the layer should at least make use of what a picture is. Let us find out with a
# cruel experiment: shuffle the pixels. One random order, always the same one.

# %% [markdown] lang="zh"
# ## 2 · 没有邻居的层
#
# 十亿个权重，这价钱公道吗？公道的话，这个层起码该把图像的特点用上。来做个残忍的实验：把像素打乱。
# 次序是随机的，但自始至终只用这一个次序。

# %% [markdown] lang="en" slide="slide"
# ## A cruel experiment
#
# All pixels shuffled, always in the same order.
#
# **Predict:** how much harder is it now for a fully connected layer?

# %% [markdown] lang="zh" slide="slide"
# ## 一个残忍的实验
#
# 打乱所有像素，自始至终用同一个次序。
#
# **先猜：** 对全连接层来说，任务难了多少？

# %% tags=["slide"]
torch.manual_seed(0)
crop = (photo[:120, 150:330] * 255).round().double()  # whole numbers: sums without rounding
order = torch.randperm(crop.numel())
shuffled = crop.flatten()[order].reshape(crop.shape)
d2l.show_images({"picture": crop, "shuffled": shuffled}, width=9)

# %% [markdown] lang="en" slide="fragment"
# Not at all: shuffle its weights likewise, and every answer is *equal*.

# %% [markdown] lang="zh" slide="fragment"
# 一点没难：把权重按同样的次序打乱，每个输出都*相等*。

# %% [markdown] lang="en" slide="notes"
# **4 min.** **Ask:** what did *you* lose when the pixels were shuffled? Neighbours. A fully connected layer never had them. Learning is no harder either: every weight is treated by the same rule, whichever pixel it belongs to.
#
# **Expect:** "hopeless, one cannot see anything". Let the class write the sum for three pixels and exchange two of them, weights and all. **Check:** neighbouring pixels correlate by 0.9 in the picture, by 0.0 in the shuffled one: there is something to be used.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** **提问：** 像素打乱以后，*你*失去了什么？邻居。全连接层从来就没有过邻居。学起来也不更难：每个权重都按同样的规则来改，与它管哪个像素无关。
#
# **常见错误：** “没法做了，什么都看不出来。”让大家写出三个像素的加权和，再把其中两个连同权重一起对调。**再验证：** 原图中相邻像素的相关系数是 0.9，打乱后是 0.0：邻居里确实有可用的东西。

# %% [markdown] lang="en"
# **Predict:** you cannot recognise the temple any more. How much harder has the task become for a fully connected layer: not at all, a
# little, or hopelessly?
#
# Here is such a layer, with random weights, and a twin of it. The twin has the same weights, handed out in the new order.

# %% [markdown] lang="zh"
# **先猜：** 你已经认不出那座楼阁了。对全连接层来说，任务难了多少：一点没难，难了一些，还是没法做了？
#
# 下面是一个权重随机的全连接层，和它的一个孪生层。孪生层的权重与它相同，只是按新的次序分派。

# %%
torch.manual_seed(0)
weight = torch.randint(-9, 10, (10, crop.numel())).double()
twin = weight[:, order]
answer, answer_of_twin = weight @ crop.flatten(), twin @ shuffled.flatten()
print("every one of the 10 answers is equal:", torch.equal(answer, answer_of_twin))

# %% [markdown] lang="en"
# Equal to the last digit. Whatever a fully connected layer can say about pictures, its twin can say about shuffled pictures. And the twin is no
# harder to learn: learning treats every weight by the same rule, whichever pixel it belongs to. So a fully connected layer never uses the one thing
# that *you* missed at once in the shuffled picture: **which pixels are neighbours.**
#
# Is there anything in it to be used? Compare each pixel with its right neighbour. A correlation of 1 would mean that a straight-line
# rule tells one from the other exactly, 0 that no such rule helps at all:

# %% [markdown] lang="zh"
# 分毫不差。全连接层对图像能说出什么，孪生层对打乱的图像就能说出什么。孪生层学起来也并不更难：
# 学习时，每个权重都按同样的规则来改，与它管哪个像素无关。可见有一样东西，全连接层从来没有用过；打乱的图里没了它，*你*却一眼就看得出来：
# **哪些像素是邻居。**
#
# 邻居关系真有用吗？拿每个像素与它右边的邻居比一比。相关系数为 1，表示用一条直线就能从一个准确推出另一个；为 0，表示这样做毫无帮助：


# %%
def likeness(X):
    pairs = torch.stack([X[:, :-1].flatten(), X[:, 1:].flatten()])
    return torch.corrcoef(pairs)[0, 1].item()


print(f"picture {likeness(crop):.1f}, shuffled {abs(likeness(shuffled)):.1f}")

# %% [markdown] lang="en"
# A picture is not a bag of numbers. A layer that knows this in advance need not learn it at such a price.
#
# <details><summary><b>Check yourself:</b> your data are 30 measurements of a patient's blood, in a fixed order. Would a layer that uses
# neighbours be a good idea?</summary>
#
# No. The order of the measurements is an accident; the third is no closer to the fourth than to the twentieth. For such tables the
# fully connected layer's indifference is just right.
# </details>

# %% [markdown] lang="zh"
# 图像不是一堆散乱的数。如果一个层事先就知道这一点，就不必花那么大的代价去学。
#
# <details><summary><b>自测：</b>数据是一位病人的 30 项血液指标，次序固定。利用邻居关系的层，用在这里合适吗？</summary>
#
# 不合适。指标的次序是随便定的，第三项与第四项并不比与第二十项更“近”。对这样的表格，全连接层的一视同仁恰到好处。
# </details>

# %% [markdown] lang="en"
# ## 3 · From a fully connected layer to nine weights
#
# We start from the fully connected layer and take away what we do not believe in. Four steps; each has a formula and a cell that
# checks it. The picture has five rows and six columns, small enough to see everything.
#
# **Step 1: give every unit an address.** A layer that has as many hidden units as pixels can lay its units out as a picture too:
# $H_{i,j}$ is the **hidden representation** at row $i$, column $j$. A weight now has four indices, two for the unit and two for the pixel:
#
# $$H_{i,j} = U_{i,j} + \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l}$$
#
# `einsum` takes this formula almost literally: same letters, and what is missing on the right of the arrow is summed over. (We leave
# the biases $U$ out until step 3.)

# %% [markdown] lang="zh"
# ## 3 · 从全连接层到九个权重
#
# 从全连接层出发，把不相信的东西一样样去掉。一共四步，每步一个公式，再用代码检验。图像只有五行六列，小到什么都看得清。
#
# **第 1 步：给每个单元一个地址。** 如果隐藏单元与像素一样多，那么单元也可以排成一张图：
# $H_{i,j}$ 是第 $i$ 行、第 $j$ 列的**隐藏表示**。于是每个权重有四个下标，两个指单元，两个指像素：
#
# $$H_{i,j} = U_{i,j} + \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l}$$
#
# `einsum` 几乎就是照抄这个公式：字母相同，凡是箭头右边没有的字母，就对它求和。（偏置 $U$ 先放一放，第 3 步再加。）

# %%
torch.manual_seed(1)
X = torch.randint(0, 10, (5, 6)).double()
W = torch.randint(-3, 4, (5, 6, 5, 6)).double()
H = torch.einsum("ijkl,kl->ij", W, X)
print("weights:", W.numel(), "= 30 x 30")
d2l.show_grids(X=X, H=H)

# %% [markdown] lang="en"
# It is still the layer that you know: a matrix, 30 by 30, times a flattened picture. Only the bookkeeping has changed.

# %% [markdown] lang="zh"
# 这仍然是你熟悉的那个层：一个 30 乘 30 的矩阵，乘以展平的图像。变的只是记账的方式。

# %%
d2l.compare(H.flatten(), W.reshape(30, 30) @ X.flatten())

# %% [markdown] lang="en"
# **Step 2: count from where the unit stands.** Instead of "row $k$ of the picture" let us say "$a$ rows below me": $k = i + a$, $l = j + b$,
# where $a$ and $b$ may be negative. The same weights under new names, $V_{i,j,a,b} = W_{i,j,i+a,j+b}$:
#
# $$H_{i,j} = U_{i,j} + \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# In five rows, $a$ runs from $-4$ to $4$; in six columns, $b$ runs from $-5$ to $5$. So each unit gets a table of $9\times 11$ cells, with
# its own place in the middle cell. Where the table sticks out of the picture it stays empty: zeros.

# %% [markdown] lang="zh"
# **第 2 步：从单元自己所在的位置数起。** 不说“图像的第 $k$ 行”，而说“我下面第 $a$ 行”：$k = i + a$，$l = j + b$，
# $a$ 和 $b$ 可以是负数。权重还是那些权重，只是换了名字，$V_{i,j,a,b} = W_{i,j,i+a,j+b}$：
#
# $$H_{i,j} = U_{i,j} + \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# 五行时，$a$ 从 $-4$ 到 $4$；六列时，$b$ 从 $-5$ 到 $5$。于是每个单元有一张 $9\times 11$ 的表，
# 正中一格就是它自己的位置。表伸到图像外面的地方空着，填零。

# %%
V = torch.zeros(5, 6, 9, 11, dtype=torch.float64)
for i in range(5):
    for j in range(6):
        V[i, j, 4 - i : 9 - i, 5 - j : 11 - j] = W[i, j]

# %% [markdown] lang="en"
# **Play:** choose a unit. The frame on the left is its own pixel, and it always comes to lie in the middle of the table on the right.
# For which unit does $W$ fill the bottom right part of the table?

# %% [markdown] lang="zh"
# **动手：** 选一个单元。左边的框是它自己的像素，到了右边的表里，这一格总在正中间。选哪个单元时，$W$ 填在表的右下部分？


# %%
def tables(i, j):
    mark = {"W_ij": (i, j, 1, 1), "V_ij": (4, 5, 1, 1)}
    return d2l.show_grids(W_ij=W[i, j], V_ij=V[i, j], mark=mark)


# %% [markdown] lang="en" slide="slide"
# ## Count from where the unit stands
#
# $$H_{i,j} = \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l} = \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** for which unit does $W$ fill the bottom right of the table?

# %% [markdown] lang="zh" slide="slide"
# ## 从单元自己的位置数起
#
# $$H_{i,j} = \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l} = \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** 哪个单元的 $W$ 会填在表的右下部分？

# %% tags=["explorer", "slide"]
d2l.sliders(tables, start={"i": 1, "j": 2}, i=range(5), j=range(6))

# %% [markdown] lang="en" slide="fragment"
# The unit at $(0, 0)$: all it sees lies below it or to its right.

# %% [markdown] lang="zh" slide="fragment"
# $(0, 0)$ 处的单元：它看到的都在自己的下面或右边。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Two steps in one line. First: as many units as pixels, so a unit has an address $(i, j)$ as well. Second: not "row $k$ of the picture" but "$a$ rows below me", $k = i + a$. The frame is the unit's own pixel; in the table it always lies in the middle.
#
# **Expect:** "so we have saved something". Nothing: the same 900 weights under new names. **But:** only in these names can one *say* what comes next.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 一行里有两步。第一步：单元与像素一样多，于是单元也有地址 $(i, j)$。第二步：不说“图像的第 $k$ 行”，而说“我下面第 $a$ 行”，$k = i + a$。框是单元自己的像素，到了表里总在正中间。
#
# **常见错误：** “这样就省了。”什么也没省：还是那 900 个权重，只是换了名字。**但是：** 只有用这套名字，下一步的话才*说*得出来。

# %% [markdown] lang="en"
# For the unit at $(0, 0)$: everything it sees lies below it or to its right. Does the new formula give the same $H$? A border
# of zeros around $X$ lets every table find something to multiply with:

# %% [markdown] lang="zh"
# 是 $(0, 0)$ 处的单元：它看到的一切都在自己的下面或右边。新公式算出的 $H$ 还一样吗？
# 给 $X$ 围上一圈零，每张表的每一格就都有东西可乘：

# %%
wide = F.pad(X, (5, 5, 4, 4))  # left, right, above, below
windows = wide.unfold(0, 9, 1).unfold(1, 11, 1)  # windows[i, j] = what unit (i, j) sees
d2l.compare(H, torch.einsum("ijab,ijab->ij", V, windows))

# %% [markdown] lang="en"
# The same. Nothing has been gained so far, nothing lost. But now we can *say* something that could not be said before.
#
# **Step 3: ask the same question everywhere.** An eye is an eye, at the top left of the picture or at the bottom right. If a unit looks for
# something worth finding, why should its neighbour look for something else? So let $V$ not depend on $i, j$: one table
# $V_{a,b}$ for all, and one bias $u$. This belief is called **translation invariance** (section 5 finds a better word for it):
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** the tables of all units together had $30 \times 9 \times 11$ cells, 900 of them in use. How many weights are left?

# %% [markdown] lang="zh"
# 一样。到目前为止，什么也没得到，什么也没失去。但有一句以前没法说的话，现在可以*说*了。
#
# **第 3 步：到处问同一个问题。** 眼睛就是眼睛，在图像左上角还是右下角都一样。如果一个单元要找的东西值得找，它的邻居为什么要找别的？
# 那就让 $V$ 不依赖 $i, j$：所有单元共用一张表 $V_{a,b}$ 和一个偏置 $u$。这个信念叫做**平移不变性**（第 5 节会给它找一个更准确的名字）：
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** 全部单元的表合起来有 $30 \times 9 \times 11$ 格，用到的是其中 900 格。现在还剩几个权重？

# %% [markdown] lang="en" slide="slide"
# ## The same question everywhere
#
# An eye is an eye, wherever it is. So let all units share *one* table:
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** there were 900 weights, in tables of $9\times 11$. How many are left?

# %% [markdown] lang="zh" slide="slide"
# ## 到处问同一个问题
#
# 眼睛在哪里都是眼睛。那就让所有单元共用*一张*表：
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** 原来有 900 个权重，每张表 $9\times 11$ 格。现在还剩几个？

# %% [markdown] lang="en" slide="fragment"
# $9\times 11 = 99$, and one bias for all.

# %% [markdown] lang="zh" slide="fragment"
# $9\times 11 = 99$ 个，外加大家共用的一个偏置。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The first belief: *translation invariance*. Point at what has gone from the formula: the indices $i, j$ under $V$. What is left is a table that slides over the picture, `d2l.corr2d`.
#
# **Expect:** 30, one for each unit. **Ask:** when is this belief wrong? In passport photographs the eyes always are at the same height; asking everywhere throws that away. It is a belief, not a fact: an *inductive bias*.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 第一个信念：*平移不变性*。指出公式里少了什么：$V$ 的下标 $i, j$。剩下的就是一张在图像上滑动的表，即 `d2l.corr2d`。
#
# **常见错误：** 答 30，以为每个单元剩一个。**提问：** 这个信念什么时候会错？证件照里眼睛总在同样的高度，到处都问，就白白丢掉了这条信息。它是信念，不是事实，叫做*归纳偏置*。

# %%
torch.manual_seed(2)
shared, u = torch.randint(-3, 4, (9, 11)).double(), 2.0
H_shared = u + torch.einsum("ab,ijab->ij", shared, windows)
print("weights:", shared.numel())
d2l.compare(H_shared, u + d2l.corr2d(wide, shared))

# %% [markdown] lang="en"
# $9 \times 11 = 99$, and the bias. Look at what is left of the formula: one table slides over the picture, and at each place it multiplies and
# adds up. That is the operation `d2l.corr2d`, as the comparison has just confirmed; chapter 02 works it out by hand.
#
# **Step 4: look around, not far away.** To tell whether there is an edge *here*, you need not look at the other end of the picture. So set
# $V_{a,b} = 0$ wherever $|a| > \Delta$ or $|b| > \Delta$. This belief is called **locality**. What remains is the kernel:
#
# $$H_{i,j} = u + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** how many weights are left for $\Delta = 1$? For any $\Delta$?

# %% [markdown] lang="zh"
# $9 \times 11 = 99$ 个，外加一个偏置。看看公式还剩下什么：一张表在图像上滑动，在每个位置相乘再求和。
# 这正是 `d2l.corr2d` 做的运算，刚才的比较已经证实；第 02 章会手算一遍。
#
# **第 4 步：只看周围，不看远处。** 要判断*这里*有没有边缘，用不着去看图像的另一头。
# 所以，凡是 $|a| > \Delta$ 或 $|b| > \Delta$ 的地方，令 $V_{a,b} = 0$。这个信念叫做**局部性**。剩下的就是卷积核：
#
# $$H_{i,j} = u + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** $\Delta = 1$ 时还剩几个权重？对一般的 $\Delta$ 呢？

# %% [markdown] lang="en" slide="slide"
# ## Look around, not far away
#
# Zero wherever $|a| > \Delta$ or $|b| > \Delta$. Here $\Delta = 1$.
#
# **Predict:** how many weights are left for any $\Delta$?

# %% [markdown] lang="zh" slide="slide"
# ## 只看周围，不看远处
#
# 凡是 $|a| > \Delta$ 或 $|b| > \Delta$ 的地方都填零。图中 $\Delta = 1$。
#
# **先猜：** 对一般的 $\Delta$，还剩几个权重？

# %% tags=["slide"]
kernel = shared[3:6, 4:7]
local = F.pad(kernel, (4, 4, 3, 3))  # the large table again, zero but for its middle
d2l.show_grids(local=local, kernel=kernel, mark={"local": (3, 4, 3, 3)})

# %% [markdown] lang="en" slide="fragment"
# $(2\Delta+1)^2$, and not $4\Delta^2$: do not forget the middle.

# %% [markdown] lang="zh" slide="fragment"
# $(2\Delta+1)^2$ 个，而不是 $4\Delta^2$ 个：别漏了中间那个零。

# %% [markdown] lang="en" slide="notes"
# **4 min.** The second belief: *locality*. To say whether there is an edge *here*, nobody needs the other end of the picture. The zeros need not be carried along; what remains is the kernel.
#
# **Expect:** $4\Delta^2$. Let somebody count on the fingers from $-2$ to $2$: five values, not four. For $\Delta = 1, 2, 3$ a real kernel has 9, 25, 49 weights.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 第二个信念：*局部性*。要判断*这里*有没有边缘，用不着去看图像的另一头。那些零不必带着走，剩下的就是卷积核。
#
# **常见错误：** 答 $4\Delta^2$。请人扳着手指从 $-2$ 数到 $2$：是五个数，不是四个。$\Delta = 1, 2, 3$ 时，真造出来的卷积核有 9、25、49 个权重。

# %%
narrow = F.pad(X, (1, 1, 1, 1))
d2l.compare(d2l.corr2d(wide, local), d2l.corr2d(narrow, kernel))

# %% [markdown] lang="en"
# The zeros need not be carried along: $3\times 3$ weights do the work of $9\times 11$. In general $a$ takes the values from $-\Delta$ to $\Delta$, and
# those are $2\Delta + 1$ values: $\Delta$ on each side, *and the zero in the middle*. So the kernel has $(2\Delta+1)^2$ weights. It is easy to
# forget the middle and write $4\Delta^2$; a kernel that is really built decides:

# %% [markdown] lang="zh"
# 那些零不必带着走：$3\times 3$ 个权重就能干 $9\times 11$ 个的活。一般地，$a$ 取从 $-\Delta$ 到 $\Delta$ 的值，一共 $2\Delta + 1$ 个：
# 两边各 $\Delta$ 个，*还有中间的零*。所以卷积核有 $(2\Delta+1)^2$ 个权重。中间那个零很容易漏掉，漏了就会写成 $4\Delta^2$；
# 谁对谁错，真造出卷积核来数一数就知道：

# %%
for delta in (1, 2, 3):
    offsets = range(-delta, delta + 1)
    built = nn.Conv2d(1, 1, len(offsets), bias=False).weight.numel()
    right, wrong = (2 * delta + 1) ** 2, 4 * delta**2
    print(f"built: {built}  (2d+1)^2: {right} {built == right}  4d^2: {wrong} {built == wrong}")

# %% [markdown] lang="en"
# And for the megapixel, step by step. (A megapixel picture has 1000 rows and 1000 columns, so that $a$ runs from $-999$ to $999$.)

# %% [markdown] lang="zh"
# 再来看百万像素的图像，一步步算。（它有 1000 行、1000 列，所以 $a$ 从 $-999$ 到 $999$。）

# %% [markdown] lang="en" slide="slide"
# ## Two beliefs, from a trillion to nine
#
# A picture goes in, a picture comes out: a megapixel each.
#
# **Predict:** which belief makes the bill independent of the picture's size?

# %% [markdown] lang="zh" slide="slide"
# ## 两个信念，从一万亿到九
#
# 输入一张图，输出一张图，都是百万像素。
#
# **先猜：** 哪个信念使权重的个数与图像大小无关？

# %% tags=["slide-answer"]
pixels, offsets = 1000 * 1000, len(range(-999, 1000))
print(f"one weight for each pair of pixels: {pixels**2:>17,}")
print(f"the same table for every unit:      {offsets**2:>17,}")
print(f"and only near by, delta = 1:        {(2 * 1 + 1) ** 2:>17,}")

# %% [markdown] lang="en" slide="fragment"
# Locality, but only together with the first.

# %% [markdown] lang="zh" slide="fragment"
# 局部性，但必须与第一个信念配合。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Walk down the three lines. The first is $10^{12}$; the second, a table almost twice as high and wide as the picture, about $4\cdot 10^6$; the third is nine.
#
# **Ask:** what is left with locality alone? Nine weights for *each* pixel, nine million. **Expect:** "then nine weights are enough". They ask only one question; several of them, and layers upon layers, come later.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一行一行往下讲。第一行是 $10^{12}$；第二行是一张高和宽都将近图像两倍的表，约 $4\cdot 10^6$；第三行是九。
#
# **提问：** 只有局部性，剩多少？*每个*像素九个，一共九百万个。**常见错误：** “那九个权重就够用了。”九个权重只能问一个问题；问好几个、一层叠一层，是后面的事。

# %% [markdown] lang="en"
# From $10^{12}$ to about $4\cdot 10^6$ by the first belief, to nine by the second. Both are *beliefs*, not facts; such a thing is called an
# **inductive bias**. They can be wrong: in passport photographs the eyes always are at the same height, and asking the same question everywhere
# throws that away. And nine weights ask only one question. Section 7 will ask several; and many layers, one upon the other,
# will see as far as needed.
#
# <details><summary><b>Check yourself:</b> which of the two beliefs makes the number of weights independent of the picture's size?</summary>
#
# Locality, but only together with the first. Translation invariance alone leaves a table nearly twice as high and wide as the picture. Locality
# alone leaves nine weights for <i>each</i> pixel: nine million for the megapixel.
# </details>

# %% [markdown] lang="zh"
# 第一个信念把 $10^{12}$ 减到约 $4\cdot 10^6$，第二个再减到九个。它们都是*信念*，不是事实；这样的信念叫做**归纳偏置**。
# 信念也会出错：证件照里眼睛总在同样的高度，到处问同一个问题，就白白丢掉了这条信息。
# 另外，九个权重只能问一个问题。第 7 节会问好几个；而许多层叠起来，想看多远就能看多远。
#
# <details><summary><b>自测：</b>两个信念中，哪一个使权重的个数与图像大小无关？</summary>
#
# 局部性，但必须与第一个信念配合。只有平移不变性，剩下的表，高和宽都将近图像的两倍。
# 只有局部性，则<i>每个</i>像素要九个权重，百万像素就是九百万个。
# </details>

# %% [markdown] lang="en"
# ## 4 · The matrix behind a convolution
#
# We said that a convolution still is a fully connected layer. Then there must be a matrix. Let us look at it.
#
# Take a picture with four rows and five columns, a kernel with two rows and two columns, and let the kernel stand only
# where it fits whole. It has $3 \times 4$ places. So the matrix has 12 rows, one for each answer, and 20 columns, one for each pixel.
#
# **Predict:** what does one row of the matrix look like? How many of the $12 \cdot 20 = 240$ entries are not zero?

# %% [markdown] lang="zh"
# ## 4 · 卷积背后的矩阵
#
# 我们说过，卷积仍然是全连接层。既然如此，就该有一个矩阵。来看看它的样子。
#
# 取一张四行五列的图像、一个两行两列的卷积核，卷积核只放在完整放得下的地方，一共有 $3 \times 4$ 个位置。
# 所以矩阵有 12 行，每行对应一个输出；有 20 列，每列对应一个像素。
#
# **先猜：** 矩阵的一行是什么样子？$12 \cdot 20 = 240$ 个数里，有几个不是零？


# %%
def convolution_matrix(K, rows, columns):
    h, w = K.shape
    matrix = []
    for i in range(rows - h + 1):
        for j in range(columns - w + 1):
            page = K.new_zeros(rows, columns)
            page[i : i + h, j : j + w] = K
            matrix.append(page.flatten())
    return torch.stack(matrix)


# %% [markdown] lang="en" slide="slide"
# ## The matrix behind it
#
# A $4\times 5$ picture, a $2\times 2$ kernel: 12 answers, 20 pixels.
#
# **Predict:** how many of the 240 entries are not zero?

# %% [markdown] lang="zh" slide="slide"
# ## 背后的矩阵
#
# $4\times 5$ 的图像，$2\times 2$ 的卷积核：12 个输出，20 个像素。
#
# **先猜：** 240 个数里，有几个不是零？

# %% tags=["slide-answer"]
K = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
M = convolution_matrix(K, 4, 5)
blocks = [(4 * i, 5 * k, 4, 5) for i in range(3) for k in (i, i + 1)]
d2l.show_grids(M=M, mark={"M": blocks})

# %% [markdown] lang="en" slide="fragment"
# 48, and only *four* different numbers: **weight sharing**.

# %% [markdown] lang="zh" slide="fragment"
# 48 个，而且只有*四*个不同的数：**权重共享**。

# %% [markdown] lang="en" slide="notes"
# **4 min.** A convolution *is* a fully connected layer: one row for each answer, one column for each pixel. Show one row: 1 2, a gap, 3 4. **Ask:** why the gap? The next row of the picture begins five cells later.
#
# **Expect:** "four, the kernel has no more". Twelve rows with four each. And why two steps from the fourth row to the fifth? The kernel must not hang over the edge. The name, for those who ask: doubly blocked Toeplitz matrix.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 卷积*就是*全连接层：每个输出一行，每个像素一列。先看一行：1 2，空一段，再是 3 4。**提问：** 为什么要空一段？图像的下一行要从五格之后才开始。
#
# **常见错误：** “四个，卷积核就这么多数。”十二行，每行四个。从第四行到第五行为什么移两步？卷积核不能伸出边界。有人问名字就告诉他：双重分块托普利茨矩阵。

# %% [markdown] lang="en"
# Each row is the kernel, laid into an empty picture and flattened with it: 1 2 from its first row, then a gap, because the next row of the
# picture begins five cells later, then 3 4. From row to row everything moves one step to the right; where the kernel comes to the end of a picture row, two
# steps, because it must not hang over the edge.
#
# Is it really the convolution? We multiply by the matrix, and we also put it into an ordinary `nn.Linear`:

# %% [markdown] lang="zh"
# 每一行都是把卷积核放进一张空白图像，再一起展平的结果：先是卷积核第一行的 1 2，接着空一段，因为图像的下一行要从五格之后开始，
# 然后是 3 4。在矩阵里每往下一行，整体就右移一步；卷积核若是到了图像一行的末尾，就要右移两步，因为它不能伸出边界。
#
# 这真的就是那个卷积吗？先用矩阵直接去乘，再把矩阵装进普通的 `nn.Linear`：

# %%
torch.manual_seed(2)
small_picture = torch.randint(0, 10, (4, 5)).double()
by_sliding = d2l.corr2d(small_picture, K).flatten()
linear = nn.Linear(20, 12, bias=False).double()
linear.weight = nn.Parameter(M)
print(d2l.compare(M @ small_picture.flatten(), by_sliding))
print(d2l.compare(linear(small_picture.flatten()), by_sliding))

# %% [markdown] lang="en"
# It is. So what separates the two layers is not the kind of sum they compute but which weights they may choose. Count the entries of the matrix:

# %% [markdown] lang="zh"
# 的确如此。所以，两种层的区别不在于怎样求和，而在于哪些权重可以自由选择。数一数矩阵里的数：

# %%
used = M[M != 0]
values, times = used.unique(return_counts=True)
print("entries:", M.numel(), " zero:", (M == 0).sum().item(), " not zero:", used.numel())
print("different ones:", [int(v) for v in values], " each used:", times.tolist())

# %% [markdown] lang="en"
# Of 240 numbers, 192 are **forced to be zero** (locality), and the other 48 are **only four different numbers**, each used twelve times
# (translation invariance). That second thing is called **weight sharing**.
#
# The pattern has a name as well. A matrix that is constant along each diagonal is a *Toeplitz* matrix. Cut ours into blocks, one for
# each pair of an output row and a picture row (the frames show those that are not all zero): inside a block, diagonals are constant; and the blocks
# themselves repeat along the diagonal. Hence **doubly blocked Toeplitz matrix**. For a larger picture you see it better from afar:

# %% [markdown] lang="zh"
# 240 个数里，有 192 个**被强制为零**（局部性），另外 48 个**只是四个不同的数**，每个用了十二次（平移不变性）。
# 后一点叫做**权重共享**。
#
# 这种图案也有名字。每条对角线上的数都相等的矩阵，叫做*托普利茨*（Toeplitz）矩阵。把我们的矩阵切成块，
# 每块对应输出的一行和图像的一行（框标出的是不全为零的块）：块的内部，对角线上的数相等；而块本身又沿着对角线方向重复。
# 所以叫**双重分块托普利茨矩阵**。换一张大些的图像，退远了看更清楚：

# %%
torch.manual_seed(3)
dense_matrix = torch.randint(-9, 10, (64, 100))
K9 = torch.tensor([[9, -8, 7], [-6, 5, -9], [8, -7, 6]])
sparse = convolution_matrix(K9, 10, 10)
d2l.show_images({"fully connected": dense_matrix, "convolution": sparse}, signed=True)

# %% [markdown] lang="en"
# Both take a picture of $10\times 10$ to $8\times 8$ answers. On the left, 6,400 free numbers; on the right, nine. (In
# practice one does not build this matrix: it would be almost all zeros. But it is the right thing to think with, and chapter 08 gets the gradients
# out of it in one line.)
#
# <details><summary><b>Check yourself:</b> what part of the matrix is not zero for a 3×3 kernel on a megapixel picture?</summary>
#
# Each row has nine entries that are not zero, out of a million: nine millionths.
# </details>

# %% [markdown] lang="zh"
# 两个矩阵都把 $10\times 10$ 的图像变成 $8\times 8$ 个输出。左边有 6,400 个自由的数，右边只有九个。
# （实际计算时并不建这个矩阵，因为它几乎全是零。但用来思考却正合适，第 08 章靠它只用一行就得到梯度。）
#
# <details><summary><b>自测：</b>在百万像素的图像上用 3×3 的卷积核，矩阵里不为零的数占多大比例？</summary>
#
# 每行一百万个数里有九个不为零，也就是百万分之九。
# </details>

# %% [markdown] lang="en"
# ## 5 · Invariant or equivariant?
#
# Two words are mixed up everywhere, and they mean different things. Let $f$ be a function of pictures. For every picture $X$ and
# every shift $T$:
#
# - $f$ is **invariant** to shifts if the answer does not change: $f(T X) = f(X)$. *"Is there a cat?"*
# - $f$ is **equivariant** to shifts if the answer shifts along: $f(T X) = T f(X)$. *"Where is the cat?"*
#
# As code they are two lines. What leaves the picture on one side comes in on the other, so that nothing is lost (`torch.roll`).
# And we ask for *exact* equality; the numbers are whole, so that there is no rounding. (One picture is enough to say no. To say yes takes a
# reason as well; it follows below.)

# %% [markdown] lang="zh"
# ## 5 · 不变还是等变？
#
# 有两个词到处有人混用，意思却不同。设 $f$ 是图像的函数。对任意图像 $X$ 和任意平移 $T$：
#
# - 如果平移不影响结果，即 $f(T X) = f(X)$，就说 $f$ 对平移是**不变**的。*“图里有猫吗？”*
# - 如果结果跟着平移，即 $f(T X) = T f(X)$，就说 $f$ 对平移是**等变**的。*“猫在哪里？”*
#
# 写成代码就是两行。从一边移出去的，从另一边进来，这样什么也不丢（`torch.roll`）。
# 而且我们要求*严格*相等；用的都是整数，没有舍入。（举出一张图就足以说“不是”；要说“是”，还得讲出道理，见下文。）


# %%
def moved(X, shift):
    return torch.roll(X, shift, dims=(0, 1))


def equivariant(f, X, shift):
    return torch.equal(f(moved(X, shift)), moved(f(X), shift))


def invariant(f, X, shift):
    return torch.equal(f(moved(X, shift)), f(X))


# %% [markdown] lang="en"
# The candidates: a fully connected layer with random weights, and a convolution. To play by the same rules, the convolution's
# picture is also continued on the other side (**circular padding**).
#
# **Predict:** two functions, two questions. Write down four times yes or no.

# %% [markdown] lang="zh"
# 接受检验的有两个：一个权重随机的全连接层，一个卷积。规则要一致，所以卷积在边界处也从另一边接着取像素（**循环填充**）。
#
# **先猜：** 两个函数，两个问题。写下四个“是”或“否”。

# %%
torch.manual_seed(4)
scene = torch.randint(0, 10, (6, 7)).double()
dense = torch.randint(-3, 4, (42, 42)).double()
K4 = torch.tensor([[1.0, 2.0, 0.0], [-1.0, 3.0, 1.0], [0.0, -2.0, 1.0]]).double()


# %%
def fully_connected(X):
    return (dense @ X.flatten()).reshape(6, 7)


def circular(X):
    return d2l.corr2d(F.pad(X[None], (1, 1, 1, 1), mode="circular")[0], K4)


# %% [markdown] lang="en" slide="slide"
# ## Invariant or equivariant?
#
# - **invariant:** $f(TX) = f(X)$. *Is there a cat?*
# - **equivariant:** $f(TX) = T f(X)$. *Where is the cat?*
#
# **Predict:** fully connected, (circular) convolution: four times yes or no.

# %% [markdown] lang="zh" slide="slide"
# ## 不变还是等变？
#
# - **不变：** $f(TX) = f(X)$。*图里有猫吗？*
# - **等变：** $f(TX) = T f(X)$。*猫在哪里？*
#
# **先猜：** 全连接层，（循环填充的）卷积：写下四个“是”或“否”。

# %% tags=["slide-answer"]
shifts = [(i, j) for i in range(6) for j in range(7) if (i, j) != (0, 0)]
for f in (fully_connected, circular):
    for claim in (equivariant, invariant):
        passed = sum(claim(f, scene, shift) for shift in shifts)
        print(f"{f.__name__:16} {claim.__name__:11} in {passed:2} of {len(shifts)} shifts")

# %% [markdown] lang="en" slide="notes"
# **4 min.** $T$ shifts the picture; what leaves on one side comes in on the other. All 41 shifts of a small picture are tried, and equality must be exact.
#
# **Expect:** "convolution is invariant", because our first belief was called so. The *question* stays the same everywhere; the answer moves along. **Ask:** how does a network come to say "there is a cat", wherever it is? By a maximum or a sum at the very end.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** $T$ 表示平移；从一边移出去的，从另一边进来。一张小图的全部 41 种平移都试过，而且要求严格相等。
#
# **常见错误：** “卷积是不变的”，因为第一个信念就叫这个名字。到处不变的是*问题*，答案则跟着移动。**提问：** 网络怎样做到不管猫在哪里都说“有猫”？到最后取最大值，或者求和。

# %% [markdown] lang="en"
# Shift, then convolve, or convolve, then shift: the same picture, for every shift. The reason: all units have the same weights, so whatever
# moves into a unit's window gets the answer that it got in the old place. The fully connected layer fails every time, and neither
# of them is invariant. So **a convolutional layer is equivariant, not invariant**, and "translation invariance", the name
# of our first belief, is a slip of the tongue that has stuck: what stays the same from place to place is the *question*, not the answer.
#
# How does a network come to say "there is a cat", wherever it is? By forgetting the place at the end: take the
# sum, or the largest, of all answers.

# %% [markdown] lang="zh"
# 无论先平移再卷积，还是先卷积再平移，得到的都是同一张图，对每个平移都如此。道理是：所有单元的权重都相同，
# 同样的内容移进哪个单元的窗口，得到的回答都与在原来的位置一样。全连接层次次不合格；至于不变，两者都做不到。
# 所以，**卷积层是等变的，不是不变的**。第一个信念叫“平移不变性”，其实是约定俗成的口误：
# 换个地方而不变的，是*问题*，不是答案。
#
# 那么，网络怎样做到不管猫在哪里，都说“有猫”呢？到最后把位置忘掉：取所有输出之和，或者其中的最大值。

# %%
endings = {
    "convolution, then max": lambda X: circular(X).max(),
    "convolution, then sum": lambda X: circular(X).sum(),
    "fully connected, then max": lambda X: fully_connected(X).max(),
}
for name, f in endings.items():
    passed = sum(invariant(f, scene, shift) for shift in shifts)
    print(f"{name:25} invariant in {passed:2} of {len(shifts)} shifts")

# %% [markdown] lang="en"
# Equivariant layers first, one invariant step at the end: many networks are built by this plan. The order matters. Forget the place first,
# and nothing is left to look at. And if the layers before it are not equivariant, a maximum at the end does not help: see the last line.
#
# Now for a real layer. Its picture has no other side. Most layers pad it with zeros instead (chapter 05).
#
# **Predict:** is a convolution with zeros around the picture still equivariant? If not, *where* does it go wrong?

# %% [markdown] lang="zh"
# 前面是等变的层，最后用一步不变的运算：许多网络都是这样安排的。次序不能颠倒：先忘掉位置，就没有什么可看的了。
# 而如果前面的层不是等变的，最后取最大值也没用，看最后一行输出就知道。
#
# 再看真实的层。真实的图像没有“另一边”，多数层的做法是在四周填零（第 05 章）。
#
# **先猜：** 图像四周填零，卷积还是等变的吗？如果不是，*哪里*会出错？


# %%
def zero_padded(X):
    return d2l.corr2d(F.pad(X, (1, 1, 1, 1)), K4)


# %%
print("equivariant:", equivariant(zero_padded, scene, (0, 1)))
difference = zero_padded(moved(scene, (0, 1))) - moved(zero_padded(scene), (0, 1))
d2l.show_grids(difference=difference, mark={"difference": (0, 2, 6, 4)})

# %% [markdown] lang="en"
# The scene went one column to the right. Inside the frame the two answers are exactly equal. Outside they differ: in the first and the
# last column the window hangs over the border after the shift, and in the second column it did so before the shift. (Top and bottom
# agree because we moved sideways: there the window hangs over by as much before as after.) **Exact equivariance holds inside, and breaks at the border.**
#
# Two more things loosen it: steps larger than one, in chapter 05, and pooling, in chapter 07.
#
# **Play:** drag the cross, or go to the picture and press the arrow keys. Beside it, four layers answer: a random fully connected one, our
# convolution with zeros around, and two that pool the convolution's answer (chapter 07); global pooling keeps only the largest number of
# all. Each answers twice: $f(TX)$ is shift, then compute, and $T f(X)$ is compute, then shift. The last column shows where the two differ. Which
# answer keeps its numbers and only moves along? Which one does not notice the shift at all?
#
# **Task:** find the shift to the right at which the convolution fails for the first time. Where does the cross stand then? Now let it see the
# other side instead of zeros (circular). The next cell counts.

# %% [markdown] lang="zh"
# 画面右移了一列。框内，两个结果完全相等；框外则有差别：在第一列和最后一列，平移之后窗口伸出了边界；在第二列，平移之前窗口伸出过边界。
# （上下两行没有差别，因为是横着移的：平移前后，窗口伸出的一样多。）
# **严格的等变性在内部成立，在边界处失效。**
#
# 还有两样东西也会削弱等变性：第 05 章里大于一的步幅，第 07 章的汇聚（池化）。
#
# **动手：** 拖动十字，或者选中图像后按方向键。旁边是四种层的输出：权重随机的全连接层，上面那个四周填零的卷积，
# 以及接在卷积后面的两种汇聚（第 07 章），其中全局汇聚只留下所有数里最大的一个。
# 每一层都算两遍：$f(TX)$ 是先平移，再计算；$T f(X)$ 是先计算，再平移。两者在哪里不同，看最后一列。
# 哪一个的输出只是跟着移动，数值不变？哪一个根本察觉不到平移？
#
# **任务：** 找出卷积第一次不合格时，图像向右移了几格。这时十字在什么位置？然后让卷积在边界之外看到另一边，而不是零（循环）。
# 下一个代码单元格会数给你看。

# %% [markdown] lang="en" slide="slide"
# ## Shift it yourself: play
#
# **Task:** at which shift to the right does the convolution fail first?

# %% [markdown] lang="zh" slide="slide"
# ## 亲手平移：动手试
#
# **任务：** 向右移到第几格，卷积第一次不合格？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import EquivarianceExplorer

explorer = EquivarianceExplorer("cross", kernel=K4)
explorer

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E, then Tab four times to the picture; the arrow keys shift it, Home brings it back, Escape returns to the slides. It begins one step to the right. First go down one step: who moves along, who does not notice at all? Then to the right, slowly, the class watching the last column.
#
# **Answer:** at 4. An arm of the cross reaches the last column, and the answers beyond it are cut off. **Ask before you do it:** what happens with *circular* beyond the border? It moves along exactly, always.
#
# **Expect:** "then padding is bad". Exact inside, not at the border: that is all. Pooling waits until chapter 07.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E，再按四次 Tab 走到图像上；方向键平移，Home 键回到起点，Esc 回到幻灯片。一开始图像已右移一格。先往下移一格：谁跟着移动，谁根本察觉不到？再慢慢往右移，全班盯着最后一列。
#
# **答案：** 移到 4 格时。十字的一臂到了最后一列，再往外的输出被切掉了。**动手之前先问：** 把边界之外改成*循环*，会怎样？从此严格地跟着移动，次次如此。
#
# **常见错误：** “那么填零不好。”只能说：内部严格成立，边界处失效。汇聚（池化）留到第 07 章。

# %%
cross = EquivarianceExplorer("cross").start
to_the_right = [(0, s) for s in range(1, 12)]
for f in (zero_padded, circular):
    failed = [s for s in to_the_right if not equivariant(f, cross, s)]
    print(f"{f.__name__:11} fails at", failed)

# %%
at_first = moved(cross, (0, 4))
print(
    "columns with ink:", at_first.any(dim=0).nonzero().flatten().tolist(), "of", cross.shape[1]
)

# %% [markdown] lang="en"
# The convolution's answer moves along exactly, as long as the ink keeps away from the border. At shift 4 an arm of the cross stands in the last
# column, and the answers beyond it are cut off. With circular padding they come in on the other side, and the difference is 0 after every shift. Global
# pooling does not notice the place at all, as long as the border cuts nothing off. Pooling in small windows follows some shifts and not others: which
# ones, is a question for chapter 07. And for the fully connected layer every place is a new world.
#
# <details><summary><b>Check yourself:</b> the function that turns every picture upside down: is it equivariant?</summary>
#
# No. Shift the picture down and its mirror image moves up: $f(TX)$ is not $T f(X)$. Nor is it invariant. But flipping and a
# left-right shift get along.
# </details>

# %% [markdown] lang="zh"
# 只要笔迹不碰到边界，卷积的输出就严格地跟着移动。移到 4 格时，十字的一臂到了最后一列，再往外的输出就被切掉了。
# 换成循环填充，它们会从另一边进来，不论怎么平移，差别都是 0。只要没有什么被边界切掉，全局汇聚就完全不理会位置。
# 小窗口的汇聚，有的平移跟得上，有的跟不上；究竟是哪些，留到第 07 章再说。而对全连接层来说，换个位置就是换了个世界。
#
# <details><summary><b>自测：</b>把图像上下翻转的函数，是等变的吗？</summary>
#
# 不是。图像往下移，它的倒影就往上移：$f(TX)$ 不等于 $T f(X)$。它也不是不变的。不过，上下翻转与左右平移互不妨碍。
# </details>

# %% [markdown] lang="en"
# ## 6 · Convolution is older than networks
#
# Throw two dice and add the points.
#
# **Predict:** which total is the most likely, and in how many of the 36 cases does it come up?

# %% [markdown] lang="zh"
# ## 6 · 卷积比神经网络古老得多
#
# 掷两颗骰子，把点数加起来。
#
# **先猜：** 哪个总数最容易出现？36 种情形里，它占几种？

# %% [markdown] lang="en" slide="slide"
# ## Older than networks: two dice
#
# **Predict:** which total is the most likely? In how many of 36 cases?

# %% [markdown] lang="zh" slide="slide"
# ## 比神经网络古老得多：两颗骰子
#
# **先猜：** 哪个总数最容易出现？36 种情形里，它占几种？

# %% tags=["slide-answer"]
faces = torch.arange(1, 7)
totals = faces[:, None] + faces
d2l.show_grids(totals=totals, mark={"totals": [(k, 5 - k, 1, 1) for k in range(6)]})

# %% [markdown] lang="en" slide="fragment"
# **Convolution:** $(f * g)_n = \sum_{k} f_k\,g_{n-k}$

# %% [markdown] lang="zh" slide="fragment"
# **卷积：** $(f * g)_n = \sum_{k} f_k\,g_{n-k}$

# %% [markdown] lang="en" slide="notes"
# **3 min.** The sevens lie on a diagonal that runs backwards: if one die shows more, the other must show less. That is the only reason why the index of $g$ runs backwards.
#
# **Ask:** and the *difference* of two dice? Then the index runs forwards: cross-correlation, which is what a "convolutional" layer computes. **Expect:** "so the name is wrong". Nobody minds, the kernel is learned; chapter 02 shows it.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 凑成七的六种排在一条反对角线上：一颗的点数多了，另一颗就得少。$g$ 的下标倒着走，理由只有这一个。
#
# **提问：** 两颗骰子的*差*呢？那时下标正着走：这叫互相关，“卷积”层算的正是它。**常见错误：** “那名字就错了。”谁也不计较，反正卷积核是学来的；第 02 章会演示。

# %% [markdown] lang="en"
# Seven, in six cases: they lie on a diagonal that runs against the usual direction, because when one die shows more, the other
# must show less. To get the total $n$, the first shows $k$ and the second $n-k$, for every possible $k$:
#
# $$(f * g)_n = \sum_{k} f_k\,g_{n-k}$$
#
# This is **convolution**, of two sequences. The index of $g$ runs backwards for one reason only: the two indices have to add up to $n$. As code: each face of
# the first die contributes a copy of the second die, pushed to its place. We give each face its probability, $1/6$.

# %% [markdown] lang="zh"
# 是七，占六种：它们排在一条反对角线上，因为一颗骰子的点数多了，另一颗就得少。要得到总数 $n$，
# 第一颗掷出 $k$，第二颗就得掷出 $n-k$，把每个可能的 $k$ 都算上：
#
# $$(f * g)_n = \sum_{k} f_k\,g_{n-k}$$
#
# 这就是两个序列的**卷积**。$g$ 的下标倒着走，理由只有一个：两个下标之和必须等于 $n$。
# 写成代码就是：第一颗骰子的每一面，都把第二颗骰子复制一份，推到相应的位置加进去。每一面的概率取 $1/6$。


# %%
def convolve(f, g):
    result = torch.zeros(len(f) + len(g) - 1, dtype=torch.float64)
    for k in range(len(f)):
        result[k : k + len(g)] += f[k] * g
    return result


# %%
die = torch.full((6,), 1 / 6, dtype=torch.float64)
chances = convolve(die, die)  # of the totals 2, 3, ..., 12
print("cases out of 36:", [round(36 * p.item()) for p in chances])
print("most likely:", 2 + chances.argmax().item())
print("the chances add up to 1:", d2l.compare(chances.sum(), 1.0).same)

# %% [markdown] lang="en"
# You have done convolutions since primary school. Multiply two polynomials, $(1 + 2x)(3 + x + x^2)$: to get $x^n$, one factor gives $x^k$
# and the other $x^{n-k}$. Or put $x = 10$, and it is long multiplication, $21 \cdot 113$:

# %% [markdown] lang="zh"
# 其实从小学起你就在做卷积。把两个多项式相乘，$(1 + 2x)(3 + x + x^2)$：要得到 $x^n$，一个因子出 $x^k$，另一个就出 $x^{n-k}$。
# 再令 $x = 10$，这就是列竖式算 $21 \cdot 113$：

# %%
product = convolve(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 1.0, 1.0]))
print("coefficients of 1, x, x^2, x^3:", [int(c) for c in product])
value = sum(int(c) * 10**n for n, c in enumerate(product))
print("the product at x = 10:", value, " and 21 * 113:", 21 * 113)

# %% [markdown] lang="en"
# For **functions** the sum becomes an integral, $(f * g)(t) = \int f(s)\,g(t-s)\,ds$. Cut time into fine steps and it is the same
# program. A box of height 1 from 0 to 1, convolved with itself, gives a triangle with its top at 1: the overlap of two boxes that slide past
# each other.

# %% [markdown] lang="zh"
# 对**函数**，求和变成积分，$(f * g)(t) = \int f(s)\,g(t-s)\,ds$。把时间切成小段，用的还是同一个程序。
# 从 0 到 1、高为 1 的方框，与自己做卷积，得到一个顶点在 1 处的三角形：两个方框相对滑过时，重叠的部分先增后减。

# %%
step, box = 0.01, torch.ones(100)
triangle = convolve(box, box) * step
print(f"top: {triangle.max():.2f} at t = {(triangle.argmax().item() + 1) * step:.2f}")
curves = {"box": box.tolist() + [0.0] * 99, "box * box": triangle.tolist()}
d2l.show_curves(curves, "t", x=[step * (n + 1) for n in range(199)])

# %% [markdown] lang="en"
# Does the order of the two matter? Not for a total: mine plus yours is yours plus mine. So **convolution is commutative**.
#
# And what if we let the index run *forwards*, $\sum_k f_k\,g_{k+n}$? That counts the cases in which the second die shows $n$ more than the first: the
# distribution of the **difference**. It is called **cross-correlation**, and you get it from a convolution by turning one of the two around.
#
# **Predict:** is cross-correlation commutative?

# %% [markdown] lang="zh"
# 两者的次序要紧吗？对总数来说不要紧：你的加我的，等于我的加你的。所以**卷积满足交换律**。
#
# 如果让下标*正着*走，$\sum_k f_k\,g_{k+n}$，又会怎样？这时数的是第二颗骰子比第一颗多 $n$ 点的情形，也就是**差**的分布。
# 它叫做**互相关**；要算它，把两者之一倒过来再做卷积就行了。
#
# **先猜：** 互相关满足交换律吗？

# %%
d6, d4 = torch.ones(6) / 6, torch.tensor([0.1, 0.2, 0.3, 0.4])  # the second die is loaded
print("convolution commutes:      ", torch.allclose(convolve(d6, d4), convolve(d4, d6)))
one, other = convolve(d6.flip(0), d4), convolve(d4.flip(0), d6)
print("cross-correlation commutes:", torch.allclose(one, other))
print("the other is its mirror:   ", torch.allclose(one, other.flip(0)))

# %% [markdown] lang="en"
# Yours minus mine is not mine minus yours; the signs are reversed, and the distribution is mirrored.
#
# **In two dimensions** both indices run backwards:
#
# $$(f * g)_{i,j} = \sum_{a}\sum_{b} f_{a,b}\,g_{i-a,\,j-b}$$
#
# Compare this with the formula that we derived in section 3: there it said $X_{i+a,\,j+b}$, with plus. So what a "convolutional" layer computes is, strictly speaking,
# a cross-correlation. Nobody minds, because the kernel is learned: whoever wants the other one learns the turned kernel. Chapter 02 looks into it. To see
# the commutativity in two dimensions, turn the kernel and count every overlap:

# %% [markdown] lang="zh"
# 你的减我的，不等于我的减你的：正负号相反，分布左右颠倒。
#
# **在二维中**，两个下标都倒着走：
#
# $$(f * g)_{i,j} = \sum_{a}\sum_{b} f_{a,b}\,g_{i-a,\,j-b}$$
#
# 与第 3 节推导出的公式比一比：那里是 $X_{i+a,\,j+b}$，用的是加号。所以严格说来，“卷积”层算的是互相关。
# 谁也不计较，因为卷积核是学来的：想要另一种，学一个转过来的卷积核就是了。第 02 章会仔细讨论。
# 要看二维的交换律，只需把卷积核转过来，并把所有的重叠都算上：


# %%
def full_convolution(f, g):
    h, w = g.shape[0] - 1, g.shape[1] - 1
    return d2l.corr2d(F.pad(f, (w, w, h, h)), g.rot90(2))


d2l.compare(full_convolution(scene, K4), full_convolution(K4, scene))

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> one die has 6 faces, another 20. How many different totals are there, and what has this to do with the
# length of a convolution?</summary>
#
# From 2 to 26, that is $6 + 20 - 1 = 25$. The convolution of sequences of length $m$ and $n$ has length $m + n - 1$.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>一颗骰子有 6 面，另一颗有 20 面。总数有几种？这与卷积的长度有什么关系？</summary>
#
# 从 2 到 26，一共 $6 + 20 - 1 = 25$ 种。长度为 $m$ 和 $n$ 的两个序列，卷积的长度是 $m + n - 1$。
# </details>

# %% [markdown] lang="en"
# ## 7 · Channels
#
# We have kept quiet about something: real pictures have colours. Each pixel has three numbers, for red, green and blue. Files usually
# store height $\times$ width $\times$ 3; PyTorch puts the colours first. Each of the three tables is a **channel**.

# %% [markdown] lang="zh"
# ## 7 · 通道
#
# 有一件事我们一直没提：真实的图像有颜色。每个像素有三个数，分别表示红、绿、蓝。文件里通常按高 $\times$ 宽 $\times$ 3 存放；
# PyTorch 则把颜色放在最前面。这三张表，每一张叫做一个**通道**。

# %%
flower = d2l.photo("flower")
print("in PyTorch:", tuple(flower.shape))
print("in most files:", tuple(flower.permute(1, 2, 0).shape))

# %%
colours = {"red": flower[0], "green": flower[1], "blue": flower[2]}
d2l.show_images({"flower": flower} | colours, columns=2, width=8)

# %% [markdown] lang="en"
# In the red channel the dahlia shines out of a black background; in the blue one its heart is nearly black. So a question about a picture should be
# allowed to ask all the colours: the kernel gets a weight for each channel as well, and their answers are added.
#
# And one question is not enough. If we ask several, we get several answers at each place: a pile of pictures, the **feature maps**, which are the channels of
# the hidden representation. With $c$ for the channel that goes in and $d$ for the one that comes out:
#
# $$H_{i,j,d} = u_d + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta}\;\sum_{c} V_{a,b,c,d}\,X_{i+a,\,j+b,\,c}$$
#
# Only places are treated alike. Channels are not: each pair $(c, d)$ has its own weights.
#
# **Predict:** how many parameters has `nn.Conv2d(3, 16, 3)`, with three channels in, sixteen out, and a kernel of $3\times 3$? Do not forget
# the biases.

# %% [markdown] lang="zh"
# 在红色通道里，这朵大丽花在漆黑的背景上格外明亮；在蓝色通道里，它的花心却几乎全黑。所以，向图像提问，应当可以把各种颜色都问到：
# 卷积核给每个通道也各配一份权重，再把各通道的结果相加。
#
# 而且一个问题不够。问好几个问题，每个位置就有好几个回答：一叠图，即**特征图**，它们是隐藏表示的通道。
# 用 $c$ 表示输入的通道，用 $d$ 表示输出的通道：
#
# $$H_{i,j,d} = u_d + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta}\;\sum_{c} V_{a,b,c,d}\,X_{i+a,\,j+b,\,c}$$
#
# 一视同仁的只是位置，不是通道：每一对 $(c, d)$ 都有自己的权重。
#
# **先猜：** `nn.Conv2d(3, 16, 3)` 有三个输入通道、十六个输出通道，卷积核是 $3\times 3$。它有多少个参数？别忘了偏置。

# %%
layer = nn.Conv2d(3, 16, 3)
print(tuple(layer.weight.shape), tuple(layer.bias.shape), parameters(layer))
print(parameters(layer) == 3 * 3 * 3 * 16 + 16)

# %% [markdown] lang="en"
# PyTorch keeps the letters in another order, $(d, c, a, b)$. Put in order, they give exactly the formula above:

# %% [markdown] lang="zh"
# PyTorch 里字母的次序不同，是 $(d, c, a, b)$。把次序理顺，得到的正是上面的公式：

# %%
part, coloured = flower[:, :40, :50].double(), nn.Conv2d(3, 16, 3).double()
V4 = coloured.weight.permute(2, 3, 1, 0)  # a, b, c, d
windows_in_colour = part.unfold(1, 3, 1).unfold(2, 3, 1)  # c, i, j, a, b
H4 = torch.einsum("abcd,cijab->dij", V4, windows_in_colour) + coloured.bias[:, None, None]
d2l.compare(H4, coloured(part))

# %% [markdown] lang="en"
# To end with, three questions that we write by hand into one layer: how much redder than green is it here? Does it get brighter to the right?
# Does it get brighter downwards? (Blue is a positive answer, red a negative one, white is zero.)

# %% [markdown] lang="zh"
# 最后，我们亲手往一个层里写三个问题：这里的红色比绿色强多少？往右变亮吗？往下变亮吗？
# （蓝色表示回答为正，红色为负，白色为零。）

# %% [markdown] lang="en" slide="slide"
# ## Several questions, in every colour
#
# Redder than green? Brighter to the right? Brighter downwards?
#
# **Predict:** how many numbers does `nn.Conv2d(3, 16, 3)` learn?

# %% [markdown] lang="zh" slide="slide"
# ## 好几个问题，每种颜色都问
#
# 红比绿强多少？往右变亮吗？往下变亮吗？
#
# **先猜：** `nn.Conv2d(3, 16, 3)` 要学习多少个数？

# %% tags=["slide"]
questions = torch.zeros(3, 3, 3, 3)  # d, c, a, b
questions[0, :, 1, 1] = torch.tensor([1.0, -1.0, 0.0])  # only here: red - green
questions[1, :, 1, :] = torch.tensor([-1.0, 0.0, 1.0])  # in each colour: right - left
questions[2, :, :, 1] = torch.tensor([-1.0, 0.0, 1.0])  # in each colour: below - above
maps = F.conv2d(flower[None], questions)[0]
names = ("red - green", "right - left", "below - above")
d2l.show_images(dict(zip(names, maps, strict=True)), signed=True)

# %% [markdown] lang="en" slide="fragment"
# $3\cdot 3\cdot 3\cdot 16 + 16 = 448$: each pair of channels has weights of its own.

# %% [markdown] lang="zh" slide="fragment"
# $3\cdot 3\cdot 3\cdot 16 + 16 = 448$：每一对通道都有自己的权重。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Three channels in, one feature map for each question. Blue is a positive answer, red a negative one. **Ask:** which map knows where the flower is, which know where its petals end?
#
# **Expect:** $3\cdot 3\cdot 16 = 144$: the input channels forgotten. Places are treated alike, channels are not. Chapter 06 has the rest.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 输入三个通道，每个问题得到一张特征图。蓝色表示回答为正，红色为负。**提问：** 哪张图知道花在哪里，哪几张知道花瓣到哪里为止？
#
# **常见错误：** $3\cdot 3\cdot 16 = 144$，漏了输入通道。一视同仁的是位置，不是通道。其余的见第 06 章。

# %% [markdown] lang="en"
# Three feature maps: one knows where the flower is, the others where its petals end. In a network nobody writes the questions; they are learned.
# Chapter 06 has more about channels.
#
# <details><summary><b>Check yourself:</b> a second layer follows, nn.Conv2d(16, 32, 5). How many weights has it, without biases?</summary>
#
# $5 \cdot 5 \cdot 16 \cdot 32 = 12800$. Each of the 32 questions looks at all 16 feature maps.
# </details>

# %% [markdown] lang="zh"
# 三张特征图：一张知道花在哪里，另外两张知道花瓣到哪里为止。在网络里没有人来写这些问题，它们是学出来的。
# 通道的更多内容见第 06 章。
#
# <details><summary><b>自测：</b>后面再接一层 nn.Conv2d(16, 32, 5)。不算偏置，它有多少个权重？</summary>
#
# $5 \cdot 5 \cdot 16 \cdot 32 = 12800$。这 32 个问题，每个都要看遍全部 16 张特征图。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - a fully connected layer believes nothing: shuffle, and it does not notice
# - *the same question everywhere*: one table for all
# - *look around, not far away*: $(2\Delta+1)^2$ weights
# - these two beliefs turn it into a convolution
# - the answer moves along: equivariant, not invariant

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 全连接层什么也不信：像素打乱，它浑然不觉
# - *到处问同一个问题*：所有单元共用一张表
# - *只看周围*：剩下 $(2\Delta+1)^2$ 个权重
# - 有了这两个信念，全连接层就成了卷积
# - 答案跟着图像移动：是等变，不是不变

# %% [markdown] lang="en" slide="notes"
# **1 min.** What must we believe about pictures to get by with nine weights? Let one of those who bet against it at the beginning answer. Set exercises 1 to 3. Next: chapter 02 computes it by hand.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 关于图像，我们得相信些什么，九个权重才够用？请一位开头不敢打赌的同学来回答。布置练习 1 到 3。接下来：第 02 章动手来算。

# %% tags=["exercises"]
exercises.ch01

# %% [markdown] lang="en"
# ## Summary
#
# What must we believe about pictures to get by with nine weights? Two things. *The same question is worth asking everywhere*: so all units share one table of
# weights, and $10^{12}$ becomes $4\cdot 10^6$. *To answer it, it is enough to look around*: so the table shrinks to $(2\Delta+1)^2$ cells. What is left of
# the fully connected layer is a convolution; its matrix is mostly zeros, with the same few numbers over and over. A fully connected layer believes nothing:
# shuffle all the pixels, and it does not notice.
#
# Because the question is the same everywhere, the answer moves along with the picture: convolution is equivariant, exactly inside, not at a zero-padded border. A sum or
# a maximum at the end makes it invariant. And convolution itself is old: it is how totals of dice are distributed. Layers turn
# one index around, and learn as well.
#
# **Next:** chapter 02 computes it by hand, then by loops, then by PyTorch's layer.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/why-conv.html), "From Fully Connected
#   Layers to Convolutions": the derivation of section 3, in more words.
# - Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org/contents/convnets.html), chapter 9: sparse connections, shared weights,
#   equivariance, and the Toeplitz matrix.
# - 3Blue1Brown, [But what is a convolution?](https://www.youtube.com/watch?v=KuXjwB4LzSA), a film: dice, products, pictures.

# %% [markdown] lang="zh"
# ## 小结
#
# 关于图像，我们得相信些什么，九个权重才够用？两条。*同一个问题，在哪里都值得问*：于是所有单元共用一张权重表，$10^{12}$ 变成 $4\cdot 10^6$。
# *要回答它，看看周围就够*：于是这张表缩小到 $(2\Delta+1)^2$ 格。全连接层剩下的部分就是卷积；
# 它的矩阵大部分是零，其余是几个数反复出现。全连接层什么也不信：把像素全打乱，它都浑然不觉。
#
# 因为问题处处相同，答案就随图像一起移动：卷积是等变的，在内部严格成立，在填零的边界处则不然。最后求和或取最大值，就变成不变的了。
# 卷积本身由来已久，骰子点数之和就是这样分布的。卷积层把其中一个下标倒了过来，照样能学。
#
# **下一步：** 第 02 章动手来算：先用纸笔，再用循环，最后用 PyTorch 的层。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/why-conv.html)
#   （Dive into Deep Learning，链接指向英文版）中从全连接层到卷积的一节，第 3 节的推导在那里讲得更详细。
# - Goodfellow、Bengio、Courville：[Deep Learning](https://www.deeplearningbook.org/contents/convnets.html)，第 9 章，
#   讲稀疏连接、权重共享、等变性，以及托普利茨矩阵。
# - 3Blue1Brown：[But what is a convolution?](https://www.youtube.com/watch?v=KuXjwB4LzSA)，一部短片，讲骰子、乘法和图像。
