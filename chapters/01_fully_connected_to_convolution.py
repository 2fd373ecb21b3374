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
# *Connect a thousand hidden units to every pixel of a one-megapixel image, and the first layer alone has $10^9$ weights. Later in this
# chapter, a layer processes the same image with nine. What must we assume about images to replace the one by the other?*
#
# **In this chapter you will**
# - count the weights of a fully connected layer, and see what it is not told about images;
# - turn it into a convolution in four steps, and write that as a matrix;
# - tell invariance from equivariance, and prove that a linear equivariant function is a convolution;
# - meet convolution outside neural networks, and add channels.
#
# **Time:** about 30 minutes to read and run, two hours and a half for all the exercises. **You need:** tensors and `nn.Linear` in
# PyTorch.

# %% [markdown] lang="zh"
# # 01 从全连接层到卷积
#
# **让一千个隐藏单元各自连接一张百万像素图像的全部像素，光是第一层就有 $10^9$ 个权重。本章后面，处理同一张图像的层只有九个权重。
# 要用后者代替前者，需要对图像作哪些假设？**
#
# **学完本章，你将能够**
# - 算出全连接层有多少权重，并说清它事先不知道图像的什么性质；
# - 分四步把全连接层变成卷积，再把卷积写成矩阵；
# - 分清不变与等变，并证明线性的等变函数就是卷积；
# - 了解神经网络之外的卷积，并加上通道。
#
# **所需时间：** 阅读并运行约 30 分钟，做完全部练习另需两个半小时。**预备知识：** PyTorch 的张量和 `nn.Linear`。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Write two numbers on the board: 1,000,000,000 and 9. **Ask:** can nine weights do anything useful with a million pixels? Take a vote and remember it.
#
# The lecture leads from the first number to the second by two assumptions about images. Let the class guess them now; do not comment.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 在黑板上写两个数：1,000,000,000 和 9。**提问：** 面对一百万个像素，九个权重能派上用场吗？举手表决，记住结果。
#
# 这堂课靠两个关于图像的假设，从第一个数走到第二个数。先让大家猜是哪两个，不作评论。

# %%
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · What a fully connected layer costs
#
# To a program, a grey photograph is a table with one number for each **pixel**, from 0 for black to 1 for white. The small table shows the tip of the
# roof against the sky.

# %% [markdown] lang="zh"
# ## 1 · 全连接层的代价
#
# 对程序来说，一张灰度照片就是一张数字表，每个**像素**一个数，0 是黑，1 是白。下面的小表是以天空为背景的屋顶尖端。

# %% [markdown] lang="en" slide="slide"
# ## What does a fully connected layer cost?
#
# 427 rows, 640 columns; 1,000 hidden units, each connected to every pixel.
#
# **Predict:** about a million parameters, a hundred million, or ten billion?

# %% [markdown] lang="zh" slide="slide"
# ## 全连接层要多少参数？
#
# 427 行，640 列；1,000 个隐藏单元，每个都连接全部像素。
#
# **先猜：** 大约一百万、一亿，还是一百亿个参数？

# %% tags=["slide"]
photo = d2l.photo("china", gray=True)
d2l.show_images({"photograph": photo}, width=7)
# zh: d2l.show_images({"照片": photo}, width=7)

# %% [markdown] lang="en" slide="fragment"
# More than a quarter of a billion: $427\cdot 640\cdot 1000 + 1000 = 273{,}281{,}000$

# %% [markdown] lang="zh" slide="fragment"
# 两亿七千多万：$427\cdot 640\cdot 1000 + 1000 = 273{,}281{,}000$

# %% [markdown] lang="en" slide="notes"
# **2 min.** Three corners of the room stand for the three guesses; let the class point. Then compute aloud: 427 times 640 is about 270,000 pixels, times 1,000 units.
#
# **Expect:** a million. **Ask:** and for a megapixel? A billion weights, 4 GB in 32-bit floats.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 用教室的三个角代表三个答案，请大家用手指。然后一起口算：427 乘 640 约 270,000 个像素，再乘 1,000 个单元。
#
# **常见错误：** 猜一百万。**提问：** 换成百万像素呢？十亿个权重，用 32 位浮点数存储要 4 GB。

# %%
d2l.show_grids({"tip of the roof": photo[40:45, 193:201]})
# zh: d2l.show_grids({"屋顶尖端": photo[40:45, 193:201]})

# %% [markdown] lang="en"
# A **fully connected layer** (`nn.Linear`) reads the pixels as one long vector. Each **hidden unit** multiplies every pixel by a **weight** of
# its own, sums the products, and adds a **bias**.
#
# **Predict:** the photograph has 427 rows and 640 columns. How many parameters do 1,000 hidden units have: about a million, a
# hundred million, or ten billion? (The device `meta` stores shapes only.)

# %% [markdown] lang="zh"
# **全连接层**（`nn.Linear`）把所有像素排成一个长向量。每个**隐藏单元**用自己的**权重**逐个乘以像素，把乘积相加，再加上一个**偏置**。
#
# **先猜：** 这张照片有 427 行、640 列。1,000 个隐藏单元一共有多少个参数：大约一百万、一亿，还是一百亿？
# （`meta` 设备只记形状，不存数值。）


# %%
def parameters(layer):
    return sum(p.numel() for p in layer.parameters())


# %%
sizes = {"thumbnail": (28, 28), "photograph": (427, 640), "megapixel": (1000, 1000)}
# zh: sizes = {"缩略图": (28, 28), "照片": (427, 640), "百万像素": (1000, 1000)}
for name, (n_h, n_w) in sizes.items():
    layer = nn.Linear(n_h * n_w, 1000, device="meta")
    print(f"{name}, {n_h} × {n_w}: {parameters(layer):,} parameters")
    # zh: print(f"{name}，{n_h} × {n_w}：{parameters(layer):,} 个参数")

# %% [markdown] lang="en"
# The weights of the last layer take 4 GB as 32-bit floats. Many weights need not mean poor predictions (Zhang et al. 2017), but each costs memory and
# arithmetic.
#
# The layer of this series has a **kernel** instead: a small table of weights, applied at every position of the image (section 3 derives it).

# %% [markdown] lang="zh"
# 最后一层的权重用 32 位浮点数存储，要占 4 GB。权重多，预测不一定就差（Zhang 等，2017），但每个权重都要占内存，也都要参与计算。
#
# 本系列要讲的层用的是**卷积核**：一张小小的权重表，用在图像的每个位置上（第 3 节会推导出来）。

# %%
convolution = nn.Conv2d(in_channels=1, out_channels=1, kernel_size=3)
print(f"{parameters(convolution)} parameters: {convolution.weight.numel()} weights and 1 bias")
# zh: print(f"{parameters(convolution)} 个参数：{convolution.weight.numel()} 个权重和 1 个偏置")

# %% [markdown] lang="en"
# These nine weights serve an image of any size. Their output is an image; a fully connected layer with an image as its
# output needs a weight for each pair of pixels.
#
# **Play:** the sliders set the sides of a square image and a square kernel; the axis is logarithmic. Up to which value of the
# first slider is the top bar below a million weights? Which slider changes the lowest bar?

# %% [markdown] lang="zh"
# 图像多大，都只有这九个权重。它们的输出是一张图像；全连接层如果也输出图像，每一对像素就需要一个权重。
#
# **动手：** 两个滑块分别是正方形图像和正方形卷积核的边长，横轴是对数刻度。第一个滑块调到哪个值为止，
# 最上面一条还不到一百万个权重？改变最下面一条的是哪个滑块？


# %%
def weights_of(n, k):
    return {
        "fully connected, 1,000 units": n**2 * 1000,
        "fully connected, image as output": n**4,
        "convolution, image as output": k**2,
        # zh: "全连接，1,000 个单元": n**2 * 1000,
        # zh: "全连接，输出图像": n**4,
        # zh: "卷积，输出图像": k**2,
    }


def show_weights(n, k):
    xlabel = "number of weights"
    # zh: xlabel = "权重个数"
    return d2l.show_bars(weights_of(n, k), xlabel, log=True, end=1e14)


# %% [markdown] lang="en" slide="slide"
# ## Three layers for a megapixel
#
# **Predict:** the image becomes twice as high and twice as wide. By which factor does each bar grow?

# %% [markdown] lang="zh" slide="slide"
# ## 百万像素的三种层
#
# **先猜：** 图像的高和宽都变成两倍，每一条各变成几倍？

# %% tags=["explorer", "slide"]
d2l.sliders(
    show_weights,
    start={"n": 1000},
    labels={"n": "image side n", "k": "kernel side k"},
    # zh: labels={"n": "图像边长 n", "k": "卷积核边长 k"},
    n=[8, 16, 28, 32, 64, 128, 256, 512, 1000, 2000],
    k=range(3, 12, 2),
)

# %% [markdown] lang="en" slide="fragment"
# Times 4, times 16, and no change.

# %% [markdown] lang="zh" slide="fragment"
# 4 倍，16 倍，不变。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Explain the axis first: it is logarithmic. The lowest bar is the layer of this course, a $3\times 3$ kernel applied at every position.
#
# **Expect:** "times 2" or "times 4" for all. **Ask:** why 16 for the second? Four times the inputs and four times the outputs. In the notebook the figure has sliders.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先说明横轴是对数刻度。最下面一条是本课程的主角：用在每个位置上的 $3\times 3$ 卷积核。
#
# **常见错误：** 以为三条都是 2 倍，或者都是 4 倍。**提问：** 第二条为什么是 16 倍？输入变成四倍，输出也变成四倍。笔记本里这张图有滑块。

# %% [markdown] lang="en"
# Up to 28: $28^2 \cdot 1000$ is 784,000, and the next value, 32, gives 1,024,000. The lowest bar depends on the kernel alone.
#
# <details><summary><b>Check yourself:</b> an image becomes twice as high and twice as wide. What happens to the three numbers of weights?</summary>
#
# It has four times as many pixels. With 1,000 units: four times the weights. With an image as output: four times the inputs and four times
# the outputs, so sixteen times the weights. Convolution: as before.
# </details>

# %% [markdown] lang="zh"
# 调到 28 为止：$28^2 \cdot 1000$ 是 784,000，下一个值 32 就是 1,024,000 了。最下面一条只由卷积核决定。
#
# <details><summary><b>自测：</b>图像的高和宽都变成两倍，三种权重的个数各变成多少？</summary>
#
# 像素变成四倍。输出 1,000 个单元时，权重变成四倍。输出图像时，输入和输出都变成四倍，权重变成十六倍。卷积则不变。
# </details>

# %% [markdown] lang="en"
# ## 2 · What it is not told
#
# Does such a layer make use of what images are? As a test, we shuffle the pixels, always in the same order.
#
# **Predict:** you can no longer recognise the temple. How much harder is the task for a fully connected layer?

# %% [markdown] lang="zh"
# ## 2 · 它事先不知道什么
#
# 这样的层用上了图像的特点吗？我们来检验一下：把像素打乱，每次都用同一个次序。
#
# **先猜：** 你已经认不出照片里的楼阁了。对全连接层来说，任务难了多少？

# %% [markdown] lang="en" slide="slide"
# ## Shuffle the pixels
#
# All pixels in a new order, the same for every image.
#
# **Predict:** how much harder is the task now for a fully connected layer?

# %% [markdown] lang="zh" slide="slide"
# ## 打乱像素
#
# 所有像素换一个次序，每张图像都用这个次序。
#
# **先猜：** 对全连接层来说，任务难了多少？

# %% tags=["slide"]
torch.manual_seed(0)
crop = (photo[:120, 150:330] * 255).round().double()  # whole numbers: sums without rounding
# zh: crop = (photo[:120, 150:330] * 255).round().double()  # 取整数，求和没有舍入误差
order = torch.randperm(crop.numel())
shuffled = crop.flatten()[order].reshape(crop.shape)
d2l.show_images({"image": crop, "shuffled": shuffled}, width=9)
# zh: d2l.show_images({"原图": crop, "打乱后": shuffled}, width=9)

# %% [markdown] lang="en" slide="fragment"
# Not at all: shuffle the weights in the same way, and every output is *equal*.

# %% [markdown] lang="zh" slide="fragment"
# 一点没难：把权重按同样的次序打乱，每个输出都**相等**。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** what did *you* lose when the pixels were shuffled? The neighbourhoods. A fully connected layer is not told about them. With independent initial weights, training cannot tell the two orders apart either.
#
# **Expect:** "hopeless, one cannot see anything". Let the class write the sum for three pixels and exchange two of them together with their weights.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 像素打乱以后，**你**失去了什么？邻居关系。谁与谁相邻，没有人告诉全连接层。只要初始权重相互独立，训练时也分不出这两种次序。
#
# **常见错误：** “没法做了，什么都看不出来。”让大家写出三个像素的加权和，再把其中两个连同权重一起对调。

# %% [markdown] lang="en"
# Give a fully connected layer a twin, whose weights are shuffled in the same order:

# %% [markdown] lang="zh"
# 给一个全连接层配上孪生层，后者的权重按同样的次序打乱：

# %%
torch.manual_seed(0)
weights = torch.randint(-9, 10, (10, crop.numel())).double()
twin = weights[:, order]
difference = weights @ crop.flatten() - twin @ shuffled.flatten()
print(f"largest difference between the outputs of 10 units: {difference.abs().max():g}")
# zh: print(f"10 个单元的输出，最大相差：{difference.abs().max():g}")

# %% [markdown] lang="en"
# The outputs are equal, because a sum does not depend on the order of its terms. Training keeps them equal: the gradient of a weight
# depends on the values of its pixel, not on where the pixel lies. And if all initial weights are drawn independently from
# one distribution, the shuffled ones are just as likely. So, averaged over initialisations, the layer learns shuffled images as well as the originals:
# **it is not told which pixels are neighbours.**
#
# It can learn this from data. Below, a layer removes noise from $9\times 9$ patches of the photograph; least squares gives the weights with the
# smallest mean squared error.

# %% [markdown] lang="zh"
# 输出相等，因为求和与次序无关。训练之后也仍然相等：权重的梯度取决于它那个像素的数值，与像素的位置无关。而如果初始权重都独立地取自同一个分布，
# 打乱后的那组权重出现的可能性也一样大。因此，就各种初始化平均而言，这个层学打乱的图像与学原图一样好：**它事先并不知道哪些像素相邻。**
#
# 不过，它可以从数据里学到。下面让一个层去除照片上 $9\times 9$ 小块中的噪声；用最小二乘法直接算出使均方误差最小的权重。

# %%
corners = [(i, j) for i in range(0, 419, 4) for j in range(0, 632, 4)]
patches = torch.stack([photo[i : i + 9, j : j + 9].flatten() for i, j in corners]).double()
torch.manual_seed(0)
noisy = patches + 0.1 * torch.randn_like(patches)
mixed = torch.randperm(81)


def fitted(inputs, targets):
    weights = torch.linalg.lstsq(inputs, targets).solution.T
    return weights, ((inputs @ weights.T - targets) ** 2).mean()


# %%
denoiser, error = fitted(noisy, patches)
denoiser_mixed, error_mixed = fitted(noisy[:, mixed], patches[:, mixed])
print(f"mean squared error, original order: {error:.4f}; shuffled: {error_mixed:.4f}")
# zh: print(f"均方误差，原次序：{error:.4f}；打乱后：{error_mixed:.4f}")

# %%
tables = denoiser.reshape(9, 9, 9, 9)  # unit's row and column, pixel's row and column
# zh: tables = denoiser.reshape(9, 9, 9, 9)  # 单元的行、列，像素的行、列
offset = (torch.arange(9) - 4).abs()
distance = torch.maximum(offset[:, None], offset)  # in rows or columns, whichever is larger
# zh: distance = torch.maximum(offset[:, None], offset)  # 行距与列距，取较大者
for n in range(4):
    size = tables[4, 4][distance == n].abs().mean()
    print(f"pixels at distance {n} from the middle unit: mean absolute weight {size:.3f}")
    # zh: print(f"与正中单元距离为 {n} 的像素：权重绝对值的平均 {size:.3f}")

# %% [markdown] lang="en" slide="slide"
# ## It can learn what it is not told
#
# A fully connected layer has learned to remove noise from $9\times 9$ patches: 6,561 weights.
#
# **Predict:** which pixels does a unit use?

# %% [markdown] lang="zh" slide="slide"
# ## 事先不知道的，它能学到
#
# 一个全连接层学会了去除 $9\times 9$ 小块中的噪声，共 6,561 个权重。
#
# **先猜：** 一个单元用到哪些像素？

# %% tags=["slide-answer"]
middle = (mixed == 40).nonzero().item()
d2l.show_images(
    {
        "unit (4, 4)": tables[4, 4],
        "unit (2, 6)": tables[2, 6],
        "unit (4, 4), shuffled order": denoiser_mixed[middle].reshape(9, 9),
        # zh: "单元 (4, 4)": tables[4, 4],
        # zh: "单元 (2, 6)": tables[2, 6],
        # zh: "单元 (4, 4)，次序打乱": denoiser_mixed[middle].reshape(9, 9),
    },
    signed=True,
)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Each map shows the weights of one unit. In the original order they lie close together; in the shuffled order the same weights are scattered, and the error is the same.
#
# **Ask:** which two facts about images did this layer learn? A unit uses nearby pixels; units in different places have similar weights. **Expect:** only the first is noticed. These two are today's assumptions.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每张图是一个单元的权重。原次序下，大的权重挨在一起；打乱之后，同样的权重散落各处，误差不变。
#
# **提问：** 这个层学到了图像的哪两个性质？一个单元用的是附近的像素；不同位置的单元，权重相似。**常见错误：** 只看出第一个。这两个性质就是今天的两个假设。

# %% [markdown] lang="en"
# Both orders give the same error. In the original one, the layer has learned two things about this photograph: a unit mostly uses **nearby pixels**, and
# units in different places have **similar weights** around their own pixels. We could have told it both.
#
# <details><summary><b>Check yourself:</b> your data are 30 measurements of a patient's blood, in a fixed order. Should a layer be told which of them are
# neighbours?</summary>
#
# No. The order of the measurements is arbitrary; the third is no closer to the fourth than to the twentieth. For such tables it is right that
# a fully connected layer assumes nothing about the order.
# </details>

# %% [markdown] lang="zh"
# 两种次序下误差相同。在原次序下，这个层从这张照片学到了两点：一个单元主要用**附近的像素**；不同位置的单元，在自己的像素周围有**相似的权重**。
# 这两点本来都可以直接告诉它。
#
# <details><summary><b>自测：</b>数据是一位病人的 30 项血液指标，次序固定。应该告诉一个层哪些指标相邻吗？</summary>
#
# 不应该。指标的次序是随便定的，第三项与第四项并不比与第二十项更近。对这样的表格，全连接层不对次序作任何假设，正合适。
# </details>

# %% [markdown] lang="en"
# ## 3 · From a fully connected layer to nine weights
#
# We build these two facts into the layer, in four steps, for an image $X$ of five rows and six columns.
#
# **Step 1: arrange the units as an image.** With as many units as pixels, each unit has a row $i$ and a column $j$. Its output $H_{i,j}$ is called a
# **hidden representation**, and a weight has four indices, two for the unit and two for the pixel:
#
# $$H_{i,j} = U_{i,j} + \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l}$$
#
# (The biases $U$ return in step 3.)

# %% [markdown] lang="zh"
# ## 3 · 从全连接层到九个权重
#
# 现在把这两点直接放进层里，分四步走。图像 $X$ 有五行六列。
#
# **第 1 步：把单元也排成图像。** 单元与像素一样多时，每个单元也有自己的行 $i$ 和列 $j$。它的输出 $H_{i,j}$ 叫做**隐藏表示**；
# 每个权重有四个下标，两个指单元，两个指像素：
#
# $$H_{i,j} = U_{i,j} + \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l}$$
#
# （偏置 $U$ 到第 3 步再加回来。）

# %%
torch.manual_seed(1)
X = torch.randint(0, 10, (5, 6)).double()
W = torch.randint(-3, 4, (5, 6, 5, 6)).double()
H = (W * X).sum(dim=(2, 3))
print(f"{W.numel()} weights: {H.numel()} units times {X.numel()} pixels")
# zh: print(f"{W.numel()} 个权重：{H.numel()} 个单元乘 {X.numel()} 个像素")
d2l.show_grids(X=X, H=H)

# %% [markdown] lang="en"
# **Step 2: count from the unit's own position.** Instead of "row $k$ of the image" we say "$a$ rows below the unit": $k = i + a$ and
# $l = j + b$, where $a$ and $b$ may be negative. The weights get new names, $V_{i,j,a,b} = W_{i,j,i+a,j+b}$:
#
# $$H_{i,j} = U_{i,j} + \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# Each unit now has a table of $9\times 11$ offsets ($a$ from $-4$ to $4$, $b$ from $-5$ to $5$) with its own
# pixel in the middle, and zeros where the table reaches beyond the image.

# %% [markdown] lang="zh"
# **第 2 步：从单元自己的位置数起。** 不说“图像的第 $k$ 行”，而说“单元下方第 $a$ 行”：$k = i + a$，$l = j + b$，其中 $a$ 和 $b$ 可以是负数。
# 权重没有变，只是换了名字，$V_{i,j,a,b} = W_{i,j,i+a,j+b}$：
#
# $$H_{i,j} = U_{i,j} + \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# 于是每个单元有一张 $9\times 11$ 的偏移表（$a$ 从 $-4$ 到 $4$，$b$ 从 $-5$ 到 $5$），正中是它自己的像素；表中超出图像的部分填零。

# %%
V = W.new_zeros(5, 6, 9, 11)
for i in range(5):
    for j in range(6):
        V[i, j, 4 - i : 9 - i, 5 - j : 11 - j] = W[i, j]

# %% [markdown] lang="en"
# **Play:** choose a unit. The frame marks its own pixel. For which unit do the weights fill the bottom right part of the table of offsets?

# %% [markdown] lang="zh"
# **动手：** 选一个单元，框标出它自己的像素。选哪个单元时，权重填在偏移表的右下部分？


# %%
def offset_table(i, j):
    by_pixel, by_offset = "weights by pixel", "weights by offset"
    # zh: by_pixel, by_offset = "按像素排列的权重", "按偏移排列的权重"
    mark = {by_pixel: (i, j, 1, 1), by_offset: (4, 5, 1, 1)}
    return d2l.show_grids({by_pixel: W[i, j], by_offset: V[i, j]}, mark=mark)


# %% [markdown] lang="en" slide="slide"
# ## Count from the unit's own position
#
# $$H_{i,j} = \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l} = \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** for which unit do the weights fill the bottom right?

# %% [markdown] lang="zh" slide="slide"
# ## 从单元自己的位置数起
#
# $$H_{i,j} = \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l} = \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** 哪个单元的权重填在右下部分？

# %% tags=["explorer", "slide"]
d2l.sliders(
    offset_table,
    start={"i": 1, "j": 2},
    labels={"i": "row i", "j": "column j"},
    # zh: labels={"i": "行 i", "j": "列 j"},
    i=range(5),
    j=range(6),
)

# %% [markdown] lang="en" slide="fragment"
# The unit at $(0, 0)$: all its pixels lie below it or to its right.

# %% [markdown] lang="zh" slide="fragment"
# $(0, 0)$ 处的单元：它的像素都在下方或右方。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Two steps on one slide. First: as many units as pixels, so a unit has a row and a column. Second: not "row $k$ of the image" but "$a$ rows below the unit". The frame marks the unit's own pixel.
#
# **Expect:** "so we have saved something". Nothing: the same 900 weights under new names. With these names the two assumptions can be written down.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一页讲两步。第一步：单元与像素一样多，所以单元也有行和列。第二步：不说“图像的第 $k$ 行”，而说“单元下方第 $a$ 行”。框标出单元自己的像素。
#
# **常见错误：** “这样就省了。”什么也没省：还是那 900 个权重，只是换了名字。有了这套名字，两个假设才写得出来。

# %% [markdown] lang="en"
# The unit at $(0, 0)$: all pixels lie below it or to its right. With zeros around the image, the tables give the same output:

# %% [markdown] lang="zh"
# 是 $(0, 0)$ 处的单元：所有像素都在它的下方或右方。在图像四周补上零，用偏移表算出的输出与原来相同：

# %%
wide = F.pad(X, (5, 5, 4, 4))  # zeros: 5 columns on each side, 4 rows above and below
# zh: wide = F.pad(X, (5, 5, 4, 4))  # 补零：左右各 5 列，上下各 4 行


def apply_tables(V):
    H = V.new_zeros(5, 6)
    for i in range(5):
        for j in range(6):
            H[i, j] = (V[i, j] * wide[i : i + 9, j : j + 11]).sum()
    return H


d2l.compare(apply_tables(V), H)

# %% [markdown] lang="en"
# **Step 3: share the weights.** A pattern that is worth detecting in one place is worth detecting elsewhere: an eye may appear anywhere in a photograph. So we
# assume **weight sharing**: all units have the same table $V_{a,b}$ and the same bias $u$.
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** there were 900 weights. How many are left?

# %% [markdown] lang="zh"
# **第 3 步：共享权重。** 一种图案若值得在某处检测，在别处也值得检测：照片里的眼睛可以出现在任何位置。因此假设**权重共享**：
# 所有单元用同一张表 $V_{a,b}$ 和同一个偏置 $u$。
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** 原来有 900 个权重，现在还剩几个？

# %% [markdown] lang="en" slide="slide"
# ## Share the weights
#
# An eye may appear anywhere in a photograph. Assume *one* table for all units:
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** there were 900 weights, in tables of $9\times 11$. How many are left?

# %% [markdown] lang="zh" slide="slide"
# ## 共享权重
#
# 照片里的眼睛可以出现在任何位置。假设所有单元共用**一张**表：
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** 原来有 900 个权重，每张表 $9\times 11$。现在还剩几个？

# %% [markdown] lang="en" slide="fragment"
# $9\times 11 = 99$, and one bias for all units.

# %% [markdown] lang="zh" slide="fragment"
# $9\times 11 = 99$ 个，外加所有单元共用的一个偏置。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The first assumption: *weight sharing*. Point at what has left the formula: the indices $i, j$ of $V$. What remains is one table that slides over the image.
#
# **Expect:** 30, one for each unit. **Ask:** when is the assumption wrong? In passport photographs, where eyes have nearly the same height in every image. Such an assumption, made before seeing data, is called an *inductive bias*.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 第一个假设：**权重共享**。指出公式里少了什么：$V$ 的下标 $i, j$。剩下的是一张在图像上滑动的表。
#
# **常见错误：** 答 30，以为每个单元剩一个。**提问：** 这个假设什么时候不成立？证件照里眼睛的高度几乎总是一样。这种在看到数据之前就作出的假设，叫做**归纳偏置**。

# %%
torch.manual_seed(2)
shared, u = torch.randint(-3, 4, (9, 11)).double(), 2.0
H_shared = u + apply_tables(shared.expand(5, 6, 9, 11))
d2l.compare(H_shared, u + d2l.corr2d(wide, shared))

# %% [markdown] lang="en"
# $9 \times 11 = 99$, and one bias. The table slides over the image, and at each position the products are summed. `d2l.corr2d` computes this (chapter 02).
#
# **Step 4: use nearby pixels only.** An edge can usually be detected from the pixels around it. So we assume **locality**: $V_{a,b} = 0$ wherever $|a| > \Delta$ or
# $|b| > \Delta$. What remains of the table is the **kernel**, and $\Delta$ is its **half-width**:
#
# $$H_{i,j} = u + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** how many weights are left for $\Delta = 1$? For any $\Delta$?

# %% [markdown] lang="zh"
# $9 \times 11 = 99$ 个，外加一个偏置。这张表在图像上滑动，在每个位置上相乘再相加。`d2l.corr2d` 算的就是这个（第 02 章）。
#
# **第 4 步：只用附近的像素。** 某处有没有边缘，通常看周围的像素就能判断。因此假设**局部性**：凡是 $|a| > \Delta$ 或 $|b| > \Delta$ 的地方，
# $V_{a,b} = 0$。这张表剩下的部分就是**卷积核**，$\Delta$ 是它的**半宽**：
#
# $$H_{i,j} = u + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** $\Delta = 1$ 时还剩几个权重？对一般的 $\Delta$ 呢？

# %% [markdown] lang="en" slide="slide"
# ## Use nearby pixels only
#
# Zero wherever $|a| > \Delta$ or $|b| > \Delta$. Here $\Delta = 1$.
#
# **Predict:** how many weights are left for any $\Delta$?

# %% [markdown] lang="zh" slide="slide"
# ## 只用附近的像素
#
# 凡是 $|a| > \Delta$ 或 $|b| > \Delta$ 的地方都是零。图中 $\Delta = 1$。
#
# **先猜：** 对一般的 $\Delta$，还剩几个权重？

# %% tags=["slide"]
kernel = shared[3:6, 4:7]
local = F.pad(kernel, (4, 4, 3, 3))  # the large table again, with zeros outside the kernel
# zh: local = F.pad(kernel, (4, 4, 3, 3))  # 还是那张大表，卷积核以外都是零
d2l.show_grids({"local": local, "kernel": kernel}, mark={"local": (3, 4, 3, 3)})
# zh: d2l.show_grids({"局部的表": local, "卷积核": kernel}, mark={"局部的表": (3, 4, 3, 3)})

# %% [markdown] lang="en" slide="fragment"
# $(2\Delta+1)^2$: from $-\Delta$ to $\Delta$, with the 0 in the middle.

# %% [markdown] lang="zh" slide="fragment"
# $(2\Delta+1)^2$ 个：从 $-\Delta$ 到 $\Delta$，包括中间的 0。

# %% [markdown] lang="en" slide="notes"
# **2 min.** The second assumption: *locality*. The zeros need not be stored; what remains is the kernel.
#
# **Expect:** $4\Delta^2$. Let somebody count on the fingers from $-2$ to $2$: five values, not four. For $\Delta = 1, 2, 3$ the kernel has 9, 25, 49 weights.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 第二个假设：**局部性**。那些零不必存储，剩下的就是卷积核。
#
# **常见错误：** 答 $4\Delta^2$。请人扳着手指从 $-2$ 数到 $2$：是五个数，不是四个。$\Delta = 1, 2, 3$ 时，卷积核有 9、25、49 个权重。

# %%
d2l.compare(d2l.corr2d(wide, local), d2l.corr2d(F.pad(X, (1, 1, 1, 1)), kernel))

# %% [markdown] lang="en"
# The zeros need not be stored. A kernel has $(2\Delta+1)^2$ weights (and not $4\Delta^2$, because the offset zero counts too). For the megapixel, with $\Delta = 1$:

# %% [markdown] lang="zh"
# 那些零不必存储。卷积核有 $(2\Delta+1)^2$ 个权重（而不是 $4\Delta^2$ 个，因为偏移为零也算一个）。对百万像素的图像，取 $\Delta = 1$：

# %% [markdown] lang="en" slide="slide"
# ## Two assumptions, from a trillion weights to nine
#
# A megapixel image goes in, a megapixel image comes out.
#
# **Predict:** which assumption makes the number of weights independent of the image's size?

# %% [markdown] lang="zh" slide="slide"
# ## 两个假设，从一万亿到九
#
# 输入一张图像，输出一张图像，都是百万像素。
#
# **先猜：** 哪个假设使权重的个数与图像大小无关？

# %% tags=["slide-answer"]
pixels, offsets = 1000 * 1000, len(range(-999, 1000))
print(f"no assumption:      {pixels**2:>17,} weights")
print(f"weight sharing only:{offsets**2:>17,}")
print(f"locality only:      {9 * pixels:>17,}")
print(f"both:               {9:>17,}")
# zh: print(f"不作假设：  {pixels**2:>17,} 个权重")
# zh: print(f"只共享权重：{offsets**2:>17,}")
# zh: print(f"只有局部性：{9 * pixels:>17,}")
# zh: print(f"两者都有：  {9:>17,}")

# %% [markdown] lang="en" slide="fragment"
# Locality, but only together with weight sharing.

# %% [markdown] lang="zh" slide="fragment"
# 局部性，但必须与权重共享配合。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Go through the four lines. With weight sharing alone, the table is almost twice as high and wide as the image. With locality alone, each position has nine weights of its own: a *locally connected layer*.
#
# **Expect:** "then nine weights are enough for a network". One kernel detects one kind of pattern; several kernels and several layers come later.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 四行逐行讲。只共享权重，那张表的高和宽将近图像的两倍。只有局部性，每个位置有自己的九个权重，这叫做**局部连接层**。
#
# **常见错误：** “那整个网络有九个权重就够了。”一个卷积核只检测一种图案；多个卷积核、多层，后面再讲。

# %% [markdown] lang="en"
# Locality without weight sharing gives a **locally connected layer**, with nine weights for each position. Such assumptions, made before seeing data, are called
# **inductive bias**. They can be wrong: in passport photographs, eyes have nearly the same height in
# every image, but shared weights respond alike at every height.
#
# <details><summary><b>Check yourself:</b> which of the two assumptions makes the number of weights independent of the image's size?</summary>
#
# Locality, but only together with weight sharing. Weight sharing alone leaves a table nearly twice as high and wide as the image. Locality
# alone leaves nine weights for <i>each</i> position: nine million for the megapixel.
# </details>

# %% [markdown] lang="zh"
# 有局部性而不共享权重，得到的是**局部连接层**，每个位置有九个权重。这类在看到数据之前就作出的假设，叫做**归纳偏置**。
# 假设也可能不成立：证件照里眼睛的高度几乎总是一样，而共享的权重在任何高度都给出同样的响应。
#
# <details><summary><b>自测：</b>两个假设中，哪一个使权重的个数与图像大小无关？</summary>
#
# 局部性，但必须与权重共享配合。只共享权重，剩下的表，高和宽都将近图像的两倍。
# 只有局部性，则<b>每个</b>位置要九个权重，百万像素就是九百万个。
# </details>

# %% [markdown] lang="en"
# ## 4 · The matrix behind a convolution
#
# A convolution is still a fully connected layer, so it has a matrix. We apply a kernel of $2\times 2$ to an image of $4\times 5$ pixels, only where it fits inside (**valid**). The matrix has $3 \times 4 = 12$ rows, one for each output, and 20 columns, one for each pixel.
#
# **Predict:** how many of the $12 \cdot 20 = 240$ entries are not zero?

# %% [markdown] lang="zh"
# ## 4 · 卷积背后的矩阵
#
# 卷积仍然是全连接层，所以有对应的矩阵。把 $2\times 2$ 的卷积核用于 $4\times 5$ 的图像，只放在完全落在图像之内的位置（**valid**）。
# 矩阵有 $3 \times 4 = 12$ 行，每个输出一行；有 20 列，每个像素一列。
#
# **先猜：** $12 \cdot 20 = 240$ 个元素里，有几个不是零？


# %%
def convolution_matrix(K, n_h, n_w):
    k_h, k_w = K.shape
    rows = []
    for i in range(n_h - k_h + 1):
        for j in range(n_w - k_w + 1):
            image = K.new_zeros(n_h, n_w)
            image[i : i + k_h, j : j + k_w] = K
            rows.append(image.flatten())
    return torch.stack(rows)


# %% [markdown] lang="en" slide="slide"
# ## The matrix behind a convolution
#
# A $4\times 5$ image, a $2\times 2$ kernel: 12 outputs, 20 pixels.
#
# **Predict:** how many of the 240 entries are not zero?

# %% [markdown] lang="zh" slide="slide"
# ## 卷积背后的矩阵
#
# $4\times 5$ 的图像，$2\times 2$ 的卷积核：12 个输出，20 个像素。
#
# **先猜：** 240 个元素里，有几个不是零？

# %% tags=["slide-answer"]
K = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
M = convolution_matrix(K, 4, 5)
blocks = [(4 * i, 5 * k, 4, 5) for i in range(3) for k in (i, i + 1)]
d2l.show_grids(M=M, mark={"M": blocks})

# %% [markdown] lang="en" slide="fragment"
# 48 entries, with only *four* different values.

# %% [markdown] lang="zh" slide="fragment"
# 48 个，只有**四**个不同的值。

# %% [markdown] lang="en" slide="notes"
# **3 min.** One row for each output, one column for each pixel. Show one row: 1 2, a gap, 3 4. **Ask:** why the gap? The next row of the image begins five entries later.
#
# **Expect:** "four, the kernel has no more". Twelve rows with four each. Why does the kernel move by two from the fourth row to the fifth? It must not reach beyond the border. The name: block Toeplitz with Toeplitz blocks.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 每个输出一行，每个像素一列。先看其中一行：1 2，空一段，再是 3 4。**提问：** 为什么要空一段？图像的下一行在五个元素之后才开始。
#
# **常见错误：** “四个，卷积核就这么多数。”十二行，每行四个。从第四行到第五行为什么移了两步？卷积核不能超出边界。它的名字：分块托普利茨矩阵，每块也是托普利茨矩阵。

# %% [markdown] lang="en"
# Each row is an image of zeros with the kernel laid into it, flattened. In an ordinary `nn.Linear`, this matrix computes the convolution:

# %% [markdown] lang="zh"
# 每一行都是一张全零的图像，放进卷积核之后再展平。把这个矩阵装进普通的 `nn.Linear`，算出的就是卷积：

# %%
torch.manual_seed(3)
small_image = torch.randint(0, 10, (4, 5)).double()
linear = nn.Linear(20, 12, bias=False, dtype=torch.float64)
with torch.no_grad():
    linear.weight.copy_(M)
print(d2l.compare(linear(small_image.flatten()), d2l.corr2d(small_image, K).flatten()))
values, times = M[M != 0].unique(return_counts=True)
print(f"{M.numel()} entries, {(M == 0).sum()} zero; the others take {len(values)} values")
print(f"each of these occurs {times.unique().item()} times")
# zh: print(f"{M.numel()} 个元素，其中 {(M == 0).sum()} 个为零；其余只有 {len(values)} 个不同的值")
# zh: print(f"每个值出现 {times.unique().item()} 次")

# %% [markdown] lang="en"
# Locality sets 192 entries to zero; weight sharing lets the other 48 take only four values.
#
# A matrix that is constant along each diagonal is a **Toeplitz matrix**. Ours is **block Toeplitz with Toeplitz blocks**: the framed blocks are Toeplitz matrices and repeat
# along the diagonal. Chapter 08 derives the gradients from it.
#
# <details><summary><b>Check yourself:</b> what share of the matrix is not zero for a 3×3 kernel on a megapixel image?</summary>
#
# Each row has nine entries that are not zero, out of a million: nine millionths.
# </details>

# %% [markdown] lang="zh"
# 局部性使 192 个元素为零；权重共享使另外 48 个只取四个值。
#
# 每条对角线上的元素都相等的矩阵，叫做**托普利茨矩阵**（Toeplitz matrix）。我们的矩阵是**分块托普利茨矩阵，每块也是托普利茨矩阵**：
# 框出的块都是托普利茨矩阵，并且沿对角线重复出现。第 08 章会由它推出梯度。
#
# <details><summary><b>自测：</b>在百万像素的图像上用 3×3 的卷积核，矩阵中不为零的元素占多大比例？</summary>
#
# 每行一百万个元素里有九个不为零，也就是百万分之九。
# </details>

# %% [markdown] lang="en"
# ## 5 · Invariant or equivariant?
#
# Let $f$ be a function of images, and let $T$ shift an image.
#
# - $f$ is **invariant** to shifts if its output stays the same: $f(T X) = f(X)$. *"Is there a cat?"*
# - $f$ is **equivariant** to shifts if its output shifts in the same way: $f(T X) = T f(X)$. *"Where is the cat?"*
#
# Both refer to every image and shift. Our shifts are circular: what leaves on one side comes in on the other.

# %% [markdown] lang="zh"
# ## 5 · 不变还是等变？
#
# 设 $f$ 是图像的函数，$T$ 把图像平移。
#
# - 如果输出保持原样，即 $f(T X) = f(X)$，就说 $f$ 对平移是**不变**的（invariant）。“图里有猫吗？”
# - 如果输出作同样的平移，即 $f(T X) = T f(X)$，就说 $f$ 对平移是**等变**的（equivariant）。“猫在哪里？”
#
# 两者都要求对任意图像、任意平移成立。这里用循环平移：从一边移出去的，从另一边进来。


# %%
def moved(X, shift):
    return torch.roll(X, shift, dims=(0, 1))


def equivariant(f, X, shift):
    return torch.equal(f(moved(X, shift)), moved(f(X), shift))


def invariant(f, X, shift):
    return torch.equal(f(moved(X, shift)), f(X))


# %% [markdown] lang="en"
# We test a random fully connected layer and a convolution that continues the image circularly (**circular padding**), with whole numbers, so that equality is exact.
#
# **Predict:** two functions, two properties. Write down four times yes or no.

# %% [markdown] lang="zh"
# 接受检验的有两个：权重随机的全连接层，以及一个在边界之外也循环取像素的卷积（**循环填充**）。所有数都是整数，相等就是严格相等。
#
# **先猜：** 两个函数，两种性质。写下四个“是”或“否”。

# %%
torch.manual_seed(4)
scene = torch.randint(0, 10, (6, 7)).double()
dense = torch.randint(-3, 4, (42, 42)).double()
K4 = torch.tensor([[1.0, 2.0, 0.0], [-1.0, 3.0, 1.0], [0.0, -2.0, 1.0]]).double()


def fully_connected(X):
    return (dense @ X.flatten()).reshape(6, 7)


def circular(X, K=K4):
    return d2l.corr2d(F.pad(X[None], (1, 1, 1, 1), mode="circular")[0], K)


# %% [markdown] lang="en" slide="slide"
# ## Invariant or equivariant?
#
# - **invariant:** $f(TX) = f(X)$. *Is there a cat?*
# - **equivariant:** $f(TX) = T f(X)$. *Where is the cat?*
#
# **Predict:** a fully connected layer, a convolution: four times yes or no.

# %% [markdown] lang="zh" slide="slide"
# ## 不变还是等变？
#
# - **不变：** $f(TX) = f(X)$。图里有猫吗？
# - **等变：** $f(TX) = T f(X)$。猫在哪里？
#
# **先猜：** 全连接层，卷积：写下四个“是”或“否”。

# %% tags=["slide-answer"]
shifts = [(i, j) for i in range(6) for j in range(7) if (i, j) != (0, 0)]
layers = {"fully connected": fully_connected, "convolution": circular}
properties = {"equivariant": equivariant, "invariant": invariant}
# zh: layers = {"全连接": fully_connected, "卷积": circular}
# zh: properties = {"等变": equivariant, "不变": invariant}
for layer_name, f in layers.items():
    for property_name, test in properties.items():
        passed = sum(test(f, scene, shift) for shift in shifts)
        print(f"{layer_name}: {property_name} for {passed} of {len(shifts)} shifts")
        # zh: print(f"{layer_name}：{len(shifts)} 种平移中，{passed} 种{property_name}")

# %% [markdown] lang="en" slide="notes"
# **4 min.** $T$ shifts the image circularly. All 41 shifts of a small image are tried, and equality must be exact.
#
# **Expect:** "convolution is invariant", because books call it translation invariant. Explain both senses: in systems theory a *translation-invariant system* commutes with shifts, which is our equivariance. **Ask:** how can a network say "there is a cat" wherever the cat is? A non-linearity, then a maximum or a mean over all positions.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** $T$ 是循环平移。一张小图的全部 41 种平移都试过，而且要求严格相等。
#
# **常见错误：** “卷积是不变的”，因为书上叫它平移不变。请讲清两种含义：系统理论中的**平移不变系统**，指与平移可交换的系统，也就是我们说的等变。**提问：** 不管猫在哪里，网络怎样都能说“有猫”？先经过非线性，再对所有位置取最大值或平均值。

# %% [markdown] lang="en"
# With shared weights, whatever moves into a unit's window gives the output that it gave in its old place. So **this convolution is equivariant and not
# invariant.** (In systems theory, a "translation-invariant" system is one that commutes with shifts: our equivariance.)
#
# An invariant function must discard the position, for instance by a sum or a maximum over all positions:

# %% [markdown] lang="zh"
# 权重共享时，同样的内容移进哪个单元的窗口，输出都与在原处时一样。所以**这个卷积是等变的，不是不变的**。
# （在系统理论中，“平移不变”的系统是指与平移可交换的系统，也就是我们说的等变。）
#
# 不变的函数必须丢掉位置，例如对所有位置求和，或者取最大值：

# %%
torch.manual_seed(5)
scrambled = scene.flatten()[torch.randperm(42)].reshape(6, 7)
endings = {
    "sum": lambda X: circular(X).sum(),
    "ReLU, then sum": lambda X: circular(X).relu().sum(),
    "maximum": lambda X: circular(X).max(),
    # zh: "求和": lambda X: circular(X).sum(),
    # zh: "ReLU 再求和": lambda X: circular(X).relu().sum(),
    # zh: "最大值": lambda X: circular(X).max(),
}
for name, f in endings.items():
    results = [f"{f(image):g}" for image in (scene, moved(scene, (2, 3)), scrambled)]
    print(f"{name}: original {results[0]}, shifted {results[1]}, shuffled {results[2]}")
    # zh: print(f"{name}：原图 {results[0]}，平移后 {results[1]}，打乱后 {results[2]}")

# %% [markdown] lang="en"
# All three are invariant to shifts. But the plain sum is the sum of the kernel times the sum of the image, however the pixels are arranged.
# **A non-linearity before the sum**, or a maximum, keeps information about patterns. A common plan: equivariant layers with
# non-linearities, then one invariant step.
#
# Many layers pad with zeros instead (chapter 05).
#
# **Predict:** is such a convolution still exactly equivariant? If not, where does it fail?
#
# **Play:** drag the cross, or select the image and press the arrow keys. The last column shows the difference of $f(TX)$ and $T f(X)$ for each layer
# (pooling follows in chapter 07). **Task:** move to the right until the convolution fails. Where is the cross? Then choose circular padding.

# %% [markdown] lang="zh"
# 三种做法对平移都是不变的。但单纯求和等于卷积核之和乘以图像之和，像素怎样排列都一样。**求和之前加上非线性**，或者改取最大值，
# 才保留图案的信息。常见的安排由此而来：先是带非线性的等变层，最后用一步不变的运算。
#
# 许多层则在图像四周填零（第 05 章）。
#
# **先猜：** 这样的卷积还是严格等变的吗？如果不是，在哪里失效？
#
# **动手：** 拖动十字，或者选中图像后按方向键。最后一列是每种层的 $f(TX)$ 与 $T f(X)$ 之差
# （汇聚（池化）见第 07 章）。**任务：** 向右移，直到卷积不再等变。这时十字在什么位置？再改用循环填充试试。

# %% [markdown] lang="en" slide="slide"
# ## Shift it yourself: play
#
# **Task:** at which shift to the right does the convolution fail first?

# %% [markdown] lang="zh" slide="slide"
# ## 亲手平移：动手试
#
# **任务：** 向右移到第几格，卷积第一次不再等变？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import EquivarianceExplorer

explorer = EquivarianceExplorer("cross", kernel=K4)
explorer

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E, then Tab four times to the image; the arrow keys shift it, Home brings it back, Escape returns to the slides. It begins one step to the right. First go down one step: whose output moves along? Then to the right, slowly, while the class watches the last column.
#
# **Answer:** at 4. An arm of the cross reaches the last column, and the outputs beyond it are cut off. **Ask before you do it:** what happens with *circular* beyond the border? Its output then moves along exactly.
#
# **Expect:** "then padding is bad". Exact inside, not at the border: that is all. Pooling waits until chapter 07.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E，再按四次 Tab 走到图像上；方向键平移，Home 键回到起点，Esc 回到幻灯片。一开始图像已右移一格。先往下移一格：谁的输出跟着移动？再慢慢往右移，全班盯着最后一列。
#
# **答案：** 移到 4 格时。十字的一臂到了最后一列，再往外的输出被切掉了。**动手之前先问：** 边界之外改成**循环**会怎样？输出就严格地跟着移动。
#
# **常见错误：** “那么填零不好。”只能说：内部严格成立，边界处失效。汇聚（池化）留到第 07 章。


# %%
def zero_padded(X):
    return d2l.corr2d(F.pad(X, (1, 1, 1, 1)), K4)


cross = EquivarianceExplorer("cross").start
columns = cross.any(dim=0).nonzero().flatten().tolist()
print(f"columns of the cross: {columns}; last column of the image: {cross.shape[1] - 1}")
# zh: print(f"十字所在的列：{columns}；图像的最后一列：{cross.shape[1] - 1}")
for name, f in {"zeros": zero_padded, "circular": circular}.items():
    # zh: for name, f in {"填零": zero_padded, "循环填充": circular}.items():
    failed = [s for s in range(1, 12) if not equivariant(f, cross, (0, s))] or "none"
    # zh: failed = [s for s in range(1, 12) if not equivariant(f, cross, (0, s))] or "无"
    print(f"{name}: shifts to the right that fail: {failed}")
    # zh: print(f"{name}：向右平移后不等变的格数：{failed}")

# %% [markdown] lang="en"
# For shifts from 4 to 9, the cross touches or crosses the border, and outputs beyond it are cut off. **Zero padding breaks equivariance at the border.**
#
# <details><summary><b>Check yourself:</b> a function turns every image upside down. Is it equivariant to shifts?</summary>
#
# No. Shift the image down, and its mirror image moves up: $f(TX)$ is not $T f(X)$. It is not invariant either. With shifts to the left or right, the flip is
# equivariant.
# </details>

# %% [markdown] lang="zh"
# 移动 4 到 9 格时，十字碰到或越过边界，边界之外的输出被切掉了。**填零使卷积在边界处不再等变。**
#
# <details><summary><b>自测：</b>一个函数把图像上下翻转。它对平移等变吗？</summary>
#
# 不等变。图像往下移，它的倒影就往上移：$f(TX)$ 不等于 $T f(X)$。它也不是不变的。但对左右平移，它是等变的。
# </details>

# %% [markdown] lang="en"
# ## 6 · Which linear functions are equivariant?
#
# Shared weights made the layer equivariant. Is the converse true?
#
# **Predict:** here is a linear function without a kernel. Is it a convolution?

# %% [markdown] lang="zh"
# ## 6 · 哪些线性函数是等变的？
#
# 共享权重使层成为等变的。反过来成立吗？
#
# **先猜：** 下面这个线性函数里没有卷积核。它是卷积吗？


# %%
def without_mean(X):
    return X - X.mean()


# %% [markdown] lang="en"
# Let $\delta$ be the **unit impulse**, with a 1 at $(0,0)$ and zeros elsewhere, and let $T_{i,j}$ shift by $i$ rows and $j$ columns. Every image is a weighted sum of shifted
# impulses. A linear $f$ can be applied to each of them, and an equivariant $f$ commutes with the shift:
#
# $$\begin{aligned} X &= \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta \\ f(X) &= \sum_{i,j} X_{i,j}\,f(T_{i,j}\,\delta) \\ &= \sum_{i,j} X_{i,j}\,T_{i,j}\,f(\delta) \end{aligned}$$
#
# The last line adds shifted copies of the **impulse response** $f(\delta)$: it is a convolution (section 7). So, with circular shifts, **a linear
# function is equivariant if and only if it is a convolution.**

# %% [markdown] lang="zh"
# 设 $\delta$ 是**单位脉冲**，即 $(0,0)$ 处为 1、其余为零的图像；$T_{i,j}$ 把图像移 $i$ 行、$j$ 列。任何图像都是平移后的单位脉冲的加权和。
# 线性的 $f$ 可以分别作用于每一项；等变的 $f$ 与平移可以交换次序：
#
# $$\begin{aligned} X &= \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta \\ f(X) &= \sum_{i,j} X_{i,j}\,f(T_{i,j}\,\delta) \\ &= \sum_{i,j} X_{i,j}\,T_{i,j}\,f(\delta) \end{aligned}$$
#
# 最后一行把**脉冲响应** $f(\delta)$ 平移后加权相加，这就是卷积（第 7 节）。所以就循环平移而言，**线性函数等变，当且仅当它是卷积。**

# %% [markdown] lang="en" slide="slide"
# ## Which linear functions are equivariant?
#
# $$f(X) = \sum_{i,j} X_{i,j}\,f(T_{i,j}\,\delta) = \sum_{i,j} X_{i,j}\,T_{i,j}\,f(\delta)$$
#
# **Predict:** `X - X.mean()`: is it a convolution?

# %% [markdown] lang="zh" slide="slide"
# ## 哪些线性函数是等变的？
#
# $$f(X) = \sum_{i,j} X_{i,j}\,f(T_{i,j}\,\delta) = \sum_{i,j} X_{i,j}\,T_{i,j}\,f(\delta)$$
#
# **先猜：** `X - X.mean()` 是卷积吗？

# %% tags=["slide-answer"]
impulse = scene.new_zeros(6, 7)
impulse[0, 0] = 1
response = without_mean(impulse)
d2l.show_grids({"unit impulse": impulse, "impulse response": response})
# zh: d2l.show_grids({"单位脉冲": impulse, "脉冲响应": response})

# %% [markdown] lang="en" slide="notes"
# **3 min.** $\delta$ has a 1 at $(0, 0)$ and zeros elsewhere. The first equality uses linearity, the second equivariance. The last sum is a convolution with the impulse response.
#
# **Expect:** "no, there is no kernel". The kernel is as large as the image: equivariance implies weight sharing, not locality. **Ask:** which other changes of an image should a layer respect? Rotation, enlargement; convolution does not.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** $\delta$ 在 $(0, 0)$ 处为 1，其余为零。第一个等号用到线性，第二个用到等变。最后的和就是与脉冲响应的卷积。
#
# **常见错误：** “不是，里面没有卷积核。”它的卷积核与图像一样大：由等变性得到的是权重共享，不是局部性。**提问：** 图像还有哪些变换，希望层也能跟着变？旋转、放大；卷积做不到。

# %%
rebuilt = sum(scene[i, j] * moved(response, (i, j)) for i in range(6) for j in range(7))
d2l.compare(without_mean(scene), rebuilt)

# %% [markdown] lang="en"
# Yes, with a kernel as large as the image. Equivariance implies weight sharing; locality is a separate assumption.
#
# Now we compare rotation and enlargement, applied before and after a convolution:

# %% [markdown] lang="zh"
# 是的，它的卷积核与图像一样大。由等变性得到的是权重共享；局部性是另一个独立的假设。
#
# 再看旋转和放大，分别放在卷积之前和之后：

# %%
kernels = {"K4": K4, "cross": torch.tensor([[0, 1, 0], [1, 2, 1], [0, 1, 0]]).double()}
# zh: kernels = {"K4": K4, "十字形卷积核": torch.tensor([[0, 1, 0], [1, 2, 1], [0, 1, 0]]).double()}
changes = {
    "rotated by 90 degrees": lambda X: X.rot90(),
    "enlarged 2 times": lambda X: X.repeat_interleave(2, 0).repeat_interleave(2, 1),
    # zh: "旋转 90 度": lambda X: X.rot90(),
    # zh: "放大到 2 倍": lambda X: X.repeat_interleave(2, 0).repeat_interleave(2, 1),
}
for change_name, change in changes.items():
    for kernel_name, k in kernels.items():
        unequal = circular(change(scene), k) != change(circular(scene, k))
        different = f"{unequal.sum()} of {unequal.numel()}"
        # zh: different = f"{unequal.numel()} 个中的 {unequal.sum()} 个"
        print(f"{change_name}, {kernel_name}: {different} outputs are different")
        # zh: print(f"{change_name}，{kernel_name}：不同的输出是 {different}")

# %% [markdown] lang="en"
# The cross passes the first test because the rotation leaves this kernel unchanged. In general, convolution is equivariant neither to rotation nor to scale
# (Goodfellow et al., section 9.2). Networks learn such variants from data, often augmented, or share weights over rotations as well (Cohen and Welling 2016).
#
# <details><summary><b>Check yourself:</b> a linear function leaves the unit impulse δ unchanged. Is it the identity?</summary>
#
# If it is also shift-equivariant, yes: then $f(X) = \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta = X$. Without equivariance, nothing is known about the other impulses.
# </details>

# %% [markdown] lang="zh"
# 十字形的卷积核通过了第一项检验，因为它旋转之后与自己相同。一般说来，卷积对旋转和缩放都不等变（Goodfellow 等，第 9.2 节）。
# 网络要么从数据（常常是增强过的数据）学习这些变化，要么在各个旋转角度之间也共享权重（Cohen、Welling，2016）。
#
# <details><summary><b>自测：</b>某个线性函数作用于单位脉冲 δ，结果不变。它是恒等映射吗？</summary>
#
# 如果它还是平移等变的，那么是：$f(X) = \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta = X$。如果不等变，对其他位置的脉冲就一无所知。
# </details>

# %% [markdown] lang="en"
# ## 7 · Convolution before neural networks
#
# **Predict:** you throw two dice and add the points. Which total is the most likely, and in how many of the 36 cases does it occur?

# %% [markdown] lang="zh"
# ## 7 · 神经网络之前的卷积
#
# **先猜：** 掷两颗骰子，点数相加。哪个和最容易出现？36 种情形里占几种？

# %% [markdown] lang="en" slide="slide"
# ## Convolution before neural networks
#
# Two dice. **Predict:** which total is the most likely? In how many of 36 cases?

# %% [markdown] lang="zh" slide="slide"
# ## 神经网络之前的卷积
#
# 两颗骰子。**先猜：** 哪个和最容易出现？36 种情形里占几种？

# %% tags=["slide-answer"]
faces = torch.arange(1, 7)
totals = faces[:, None] + faces
d2l.show_grids({"total": totals}, mark={"total": [(k, 5 - k, 1, 1) for k in range(6)]})
# zh: d2l.show_grids({"点数之和": totals}, mark={"点数之和": [(k, 5 - k, 1, 1) for k in range(6)]})

# %% [markdown] lang="en" slide="fragment"
# **Convolution:** $(f * g)_n = \sum_{k} f_k\,g_{n-k}$

# %% [markdown] lang="zh" slide="fragment"
# **卷积：** $(f * g)_n = \sum_{k} f_k\,g_{n-k}$

# %% [markdown] lang="en" slide="notes"
# **2 min.** The sevens lie on an antidiagonal: if one die shows more, the other shows less. That is why the index of $g$ runs backwards.
#
# **Ask:** and the *difference* of two dice? Then the index runs forwards: cross-correlation, which is what a "convolutional" layer computes. **Expect:** "so the name is wrong". For learned kernels the difference does not matter; chapter 02 shows it.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 和为七的情形排在一条反对角线上：一颗点数多，另一颗就少。所以 $g$ 的下标倒着走。
#
# **提问：** 两颗骰子的**差**呢？那时下标正着走，叫做互相关，“卷积”层算的正是它。**常见错误：** “那名字就错了。”对学出来的卷积核，这个差别没有影响，第 02 章会演示。

# %% [markdown] lang="en"
# Seven, in six cases. For the total $n$, the dice show $k$ and $n-k$, so the probabilities of the totals are the **convolution** of two sequences:
#
# $$(f * g)_n = \sum_{k} f_k\,g_{n-k}$$
#
# In code, each entry of $f$ adds a shifted copy of $g$, as in section 6:

# %% [markdown] lang="zh"
# 是七，占六种。要使和为 $n$，两颗骰子就得掷出 $k$ 和 $n-k$，所以点数之和的概率是两个序列的**卷积**：
#
# $$(f * g)_n = \sum_{k} f_k\,g_{n-k}$$
#
# 写成代码，$f$ 的每个元素加进一份平移后的 $g$，与第 6 节一样：


# %%
def convolve(f, g):
    result = g.new_zeros(len(f) + len(g) - 1)
    for k in range(len(f)):
        result[k : k + len(g)] += f[k] * g
    return result


die = torch.full((6,), 1 / 6)
cases = (36 * convolve(die, die)).round().int().tolist()
print(f"cases for the totals 2 to 12: {cases}")
# zh: print(f"和为 2 到 12 的情形数：{cases}")

# %% [markdown] lang="en"
# For **functions** the sum becomes an integral, $(f * g)(t) = \int f(s)\,g(t-s)\,ds$. In small steps, the same program turns a box of width 1 into a triangle:

# %% [markdown] lang="zh"
# 对**函数**，求和变成积分，$(f * g)(t) = \int f(s)\,g(t-s)\,ds$。把时间分成小段，同一个程序就能由宽为 1 的方波算出三角波：

# %%
step, box = 0.01, torch.ones(100)
triangle = convolve(box, box) * step
t = [step * (n + 1) for n in range(199)]
d2l.show_curves({"box": box.tolist() + [0.0] * 99, "box * box": triangle.tolist()}, "t", x=t)
# zh: d2l.show_curves({"方波": box.tolist() + [0.0] * 99, "方波 * 方波": triangle.tolist()}, "t", x=t)

# %% [markdown] lang="en"
# The order of the dice does not matter for the total: **convolution is commutative**. With an index that runs forwards, $\sum_k f_k\,g_{k+n}$, we get the probabilities of the
# *difference*, the **cross-correlation**. It equals a convolution with one sequence reversed, and it is not commutative:

# %% [markdown] lang="zh"
# 点数之和与哪颗骰子在前无关：**卷积满足交换律**。如果下标正着走，$\sum_k f_k\,g_{k+n}$，得到的是点数之**差**的概率，叫做**互相关**。
# 它相当于把其中一个序列反过来再卷积，不满足交换律：

# %%
loaded = torch.tensor([0.1, 0.2, 0.3, 0.4])
print(f"convolution, exchanged: {d2l.compare(convolve(die, loaded), convolve(loaded, die))}")
# zh: print(f"卷积，交换次序：{d2l.compare(convolve(die, loaded), convolve(loaded, die))}")
forth, back = convolve(die.flip(0), loaded), convolve(loaded.flip(0), die)
print(f"cross-correlation, exchanged: {d2l.compare(forth, back)}")
print(f"exchanged and reversed: {d2l.compare(forth, back.flip(0))}")
# zh: print(f"互相关，交换次序：{d2l.compare(forth, back)}")
# zh: print(f"交换次序再反过来：{d2l.compare(forth, back.flip(0))}")

# %% [markdown] lang="en"
# **In two dimensions** both indices run backwards: $(f * g)_{i,j} = \sum_{a,b} f_{a,b}\,g_{i-a,\,j-b}$. Section 3 has $X_{i+a,\,j+b}$, with plus: a
# "convolutional" layer computes a cross-correlation. A learned kernel can simply come out reversed (chapter 02).
#
# <details><summary><b>Check yourself:</b> what does the product of two polynomials, such as $(1 + 2x)(3 + x + x^2)$, have to do with convolution? How long is the convolution of
# sequences with $m$ and $n$ entries?</summary>
#
# To get $x^n$, one factor gives $x^k$ and the other $x^{n-k}$: the coefficients of the product are the convolution of $(1, 2)$ and $(3, 1, 1)$, which is $(3, 7, 3, 2)$. A convolution has $m + n - 1$
# entries.
# </details>

# %% [markdown] lang="zh"
# **在二维中**，两个下标都倒着走：$(f * g)_{i,j} = \sum_{a,b} f_{a,b}\,g_{i-a,\,j-b}$。第 3 节的公式是 $X_{i+a,\,j+b}$，用的是加号，
# 所以“卷积”层算的是互相关。卷积核既然是学出来的，学成反过来的样子就行（第 02 章）。
#
# <details><summary><b>自测：</b>多项式相乘，例如 $(1 + 2x)(3 + x + x^2)$，与卷积有什么关系？长度为 $m$ 和 $n$ 的两个序列，卷积有多长？</summary>
#
# 要得到 $x^n$，一个因子出 $x^k$，另一个就出 $x^{n-k}$：乘积的系数就是 $(1, 2)$ 与 $(3, 1, 1)$ 的卷积，即 $(3, 7, 3, 2)$。卷积的长度是 $m + n - 1$。
# </details>

# %% [markdown] lang="en"
# ## 8 · Channels
#
# A colour image has three tables, for red, green and blue. Each is a **channel**. In PyTorch the channels come first: (channels, height, width).

# %% [markdown] lang="zh"
# ## 8 · 通道
#
# 彩色图像有三张表，分别是红、绿、蓝，每张叫做一个**通道**。PyTorch 把通道放在最前面：（通道，高，宽）。

# %%
flower = d2l.photo("flower")
channels = {"red": flower[0], "green": flower[1], "blue": flower[2]}
d2l.show_images({"flower": flower} | channels)
# zh: channels = {"红": flower[0], "绿": flower[1], "蓝": flower[2]}
# zh: d2l.show_images({"花": flower} | channels)

# %% [markdown] lang="en"
# A kernel has a table of weights for each of the $c_i$ input channels, and the results are added. As one kernel detects one
# kind of pattern, a layer has $c_o$ kernels; each makes a **feature map**, one output channel. With input channel $c$ and output channel $o$:
#
# $$H_{o,i,j} = u_o + \sum_{c}\;\sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{o,c,a,b}\,X_{c,\,i+a,\,j+b}$$
#
# Weights are shared between positions, not between channels.
#
# **Predict:** how many parameters does `nn.Conv2d(3, 16, kernel_size=3)` have, with its biases?

# %% [markdown] lang="zh"
# 对 $c_i$ 个输入通道，卷积核各有一张权重表，结果相加。一个卷积核只检测一种图案，所以一个层有 $c_o$ 个卷积核，
# 每个得到一张**特征图**，也就是一个输出通道。用 $c$ 表示输入通道，$o$ 表示输出通道：
#
# $$H_{o,i,j} = u_o + \sum_{c}\;\sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{o,c,a,b}\,X_{c,\,i+a,\,j+b}$$
#
# 只在位置之间共享权重，通道之间不共享。
#
# **先猜：** `nn.Conv2d(3, 16, kernel_size=3)` 连同偏置，有多少个参数？

# %%
coloured = nn.Conv2d(3, 16, kernel_size=3)
print(f"weights {tuple(coloured.weight.shape)} and biases {tuple(coloured.bias.shape)}")
print(f"{parameters(coloured)} parameters")
# zh: print(f"权重 {tuple(coloured.weight.shape)}，偏置 {tuple(coloured.bias.shape)}")
# zh: print(f"共 {parameters(coloured)} 个参数")

# %% [markdown] lang="en"
# There are $3\cdot 3\cdot 3\cdot 16 + 16 = 448$. Three kernels chosen by hand give these outputs:

# %% [markdown] lang="zh"
# 一共 $3\cdot 3\cdot 3\cdot 16 + 16 = 448$ 个。三个手工选定的卷积核，输出如下：

# %% [markdown] lang="en" slide="slide"
# ## Several kernels, all colours
#
# Redder than green? Brighter to the right? Brighter downwards?
#
# **Predict:** how many parameters does `nn.Conv2d(3, 16, kernel_size=3)` have?

# %% [markdown] lang="zh" slide="slide"
# ## 多个卷积核，各种颜色
#
# 红比绿强多少？往右变亮吗？往下变亮吗？
#
# **先猜：** `nn.Conv2d(3, 16, kernel_size=3)` 有多少个参数？

# %% tags=["slide"]
chosen = flower.new_zeros(3, 3, 3, 3)  # o, c, a, b
chosen[0, :, 1, 1] = torch.tensor([1.0, -1.0, 0.0])  # this pixel only: red - green
chosen[1, :, 1, :] = torch.tensor([-1.0, 0.0, 1.0])  # in each colour: right - left
chosen[2, :, :, 1] = torch.tensor([-1.0, 0.0, 1.0])  # in each colour: below - above
# zh: chosen = flower.new_zeros(3, 3, 3, 3)  # o, c, a, b
# zh: chosen[0, :, 1, 1] = torch.tensor([1.0, -1.0, 0.0])  # 只看本像素：红减绿
# zh: chosen[1, :, 1, :] = torch.tensor([-1.0, 0.0, 1.0])  # 每种颜色：右减左
# zh: chosen[2, :, :, 1] = torch.tensor([-1.0, 0.0, 1.0])  # 每种颜色：下减上
maps = F.conv2d(flower[None], chosen)[0]
map_names = ("red - green", "right - left", "below - above")
# zh: map_names = ("红减绿", "右减左", "下减上")
d2l.show_images(dict(zip(map_names, maps, strict=True)), signed=True)

# %% [markdown] lang="en" slide="fragment"
# $3\cdot 3\cdot 3\cdot 16 + 16 = 448$: each pair of channels has its own weights.

# %% [markdown] lang="zh" slide="fragment"
# $3\cdot 3\cdot 3\cdot 16 + 16 = 448$ 个：每一对通道都有自己的权重。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Three input channels, one feature map for each kernel. Blue is positive, red negative. **Ask:** which map shows where the flower is, which show where its petals end?
#
# **Expect:** $3\cdot 3\cdot 16 = 144$: the input channels forgotten. Weights are shared between positions, not between channels. Chapter 06 has the rest.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 三个输入通道，每个卷积核得到一张特征图。蓝色为正，红色为负。**提问：** 哪张图显示花在哪里，哪几张显示花瓣到哪里为止？
#
# **常见错误：** $3\cdot 3\cdot 16 = 144$，漏了输入通道。只在位置之间共享权重，通道之间不共享。其余的见第 06 章。

# %% [markdown] lang="en"
# The first map shows where the flower is, the others where its petals end. In a network, the weights are learned.
#
# <details><summary><b>Check yourself:</b> a second layer follows, nn.Conv2d(16, 32, kernel_size=5). How many weights does it have, without biases?</summary>
#
# $5 \cdot 5 \cdot 16 \cdot 32 = 12800$. Each of the 32 kernels covers all 16 feature maps.
# </details>

# %% [markdown] lang="zh"
# 第一张图显示花在哪里，另外两张显示花瓣到哪里为止。在网络里，这些权重是学出来的。
#
# <details><summary><b>自测：</b>后面再接一层 nn.Conv2d(16, 32, kernel_size=5)。不算偏置，它有多少个权重？</summary>
#
# $5 \cdot 5 \cdot 16 \cdot 32 = 12800$。32 个卷积核，每一个都覆盖全部 16 张特征图。
# </details>

# %% [markdown] lang="en"
# ## Where this is used today
#
# ResNet-18 (He et al. 2016) begins with 64 kernels of $7\times 7$. We compare them with layers of the same input and output that lack one or both assumptions:

# %% [markdown] lang="zh"
# ## 今天用在哪里
#
# ResNet-18（何恺明等，2016）的第一层有 64 个 $7\times 7$ 的卷积核。拿它与输入输出相同、但少了一个或两个假设的层比较：

# %% [markdown] lang="en" slide="slide"
# ## The first layer of ResNet-18
#
# 64 kernels of $7\times 7$ on a colour image of $224\times 224$; the output is $112\times 112$.
#
# **Predict:** how many weights?

# %% [markdown] lang="zh" slide="slide"
# ## ResNet-18 的第一层
#
# 64 个 $7\times 7$ 的卷积核，用在 $224\times 224$ 的彩色图像上；输出是 $112\times 112$。
#
# **先猜：** 有多少个权重？

# %% tags=["slide-answer"]
with torch.device("meta"):
    resnet, vit = torchvision.models.resnet18(), torchvision.models.vit_b_16()
    image = torch.empty(1, 3, 224, 224)
first, patch = resnet.conv1, vit.conv_proj
outputs = first(image).numel()
print(f"fully connected:   {outputs * image.numel():>15,} weights")
print(f"locally connected: {outputs * first.weight[0].numel():>15,}")
print(f"convolution:       {first.weight.numel():>15,}, shape {tuple(first.weight.shape)}")
print(f"ViT-B/16, patches: {patch.weight.numel():>15,}, shape {tuple(patch.weight.shape)}")
# zh: print(f"全连接：          {outputs * image.numel():>15,} 个权重")
# zh: print(f"局部连接：        {outputs * first.weight[0].numel():>15,}")
# zh: print(f"卷积：            {first.weight.numel():>15,}，形状 {tuple(first.weight.shape)}")
# zh: print(f"ViT-B/16 的图块： {patch.weight.numel():>15,}，形状 {tuple(patch.weight.shape)}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Multiply aloud: $64\cdot 3\cdot 7\cdot 7 = 9408$. A fully connected layer of the same sizes has more than a hundred billion weights.
#
# **Ask:** what do vision transformers give up? Locality: in each attention layer every patch can influence every other. **Expect:** "they share no weights". They do: all patches go through the same weights.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 一起口算：$64\cdot 3\cdot 7\cdot 7 = 9408$。输入输出同样大小的全连接层，权重超过一千亿个。
#
# **提问：** 视觉 Transformer 放弃了什么？局部性：在每个注意力层里，任何图块都能影响其他图块。**常见错误：** “它们不共享权重。”其实共享：所有图块用的是同一组权重。

# %% [markdown] lang="en"
# Vision transformers (Dosovitskiy et al. 2021) use the same weights for every patch of $16\times 16$ pixels. They give up weight sharing within a patch, and locality, because
# in each attention layer every patch can influence every other. In that paper they fall below ResNets of similar size when
# trained on ImageNet alone, and catch up with more data.

# %% [markdown] lang="zh"
# 视觉 Transformer（Dosovitskiy 等，2021）把图像切成 $16\times 16$ 的图块，所有图块用同一组权重。它放弃了图块内部的权重共享，也放弃了局部性，
# 因为在每个注意力层里，任何图块都能影响其他图块。那篇论文里，只用 ImageNet 训练时，它不如大小相近的 ResNet，数据更多时才追上。

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - a fully connected layer is not told which pixels are neighbours
# - **weight sharing:** one table for all positions
# - **locality:** $(2\Delta+1)^2$ weights remain
# - linear and shift-equivariant means: a convolution
# - equivariant is not invariant; zero padding breaks it at the border

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 全连接层事先不知道哪些像素相邻
# - **权重共享：** 所有位置共用一张表
# - **局部性：** 只剩 $(2\Delta+1)^2$ 个权重
# - 线性且平移等变，就是卷积
# - 等变不等于不变；填零使边界处不再等变

# %% [markdown] lang="en" slide="notes"
# **1 min.** Which assumptions lead to nine weights? Let one of those who voted no at the beginning answer. Set exercises 1 to 3. Next: chapter 02 computes it by hand.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 从哪些假设得到九个权重？请一位开头投反对票的同学回答。布置练习 1 到 3。接下来：第 02 章动手来算。

# %% tags=["exercises"]
exercises.ch01

# %% [markdown] lang="en"
# ## Summary
#
# What must we assume about images to get from $10^9$ weights to nine? **Weight sharing:** a pattern is worth detecting at every
# position, so all units use one table. **Locality:** nearby pixels are enough, so the table shrinks to $(2\Delta+1)^2$ weights. A fully
# connected layer is told neither.
#
# Weight sharing makes a layer equivariant to shifts (except at a zero-padded border), and a linear equivariant function must be a convolution. A non-linearity and a
# sum, or a maximum, make the result invariant.
#
# **Next:** chapter 02 computes it by hand, then by loops, then by PyTorch's layer.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, *Dive into Deep Learning*, "From Fully Connected Layers to Convolutions": the derivation of section 3 in more words
#   ([English](https://d2l.ai/chapter_convolutional-neural-networks/why-conv.html), [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/why-conv.html)).
# - Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org/contents/convnets.html), chapter 9: sparse connections, shared weights,
#   equivariance.
# - LeCun et al. 1989, [Backpropagation Applied to Handwritten Zip Code Recognition](https://doi.org/10.1162/neco.1989.1.4.541): weight sharing in a trained network.
# - Zhang et al. 2017, [Understanding deep learning requires rethinking generalization](https://arxiv.org/abs/1611.03530).
# - Cohen and Welling 2016, [Group Equivariant Convolutional Networks](https://arxiv.org/abs/1602.07576); He et al. 2016,
#   [Deep Residual Learning](https://arxiv.org/abs/1512.03385); Dosovitskiy et al. 2021, [An Image is Worth 16x16 Words](https://arxiv.org/abs/2010.11929).
# - 3Blue1Brown, [But what is a convolution?](https://www.youtube.com/watch?v=KuXjwB4LzSA), a film: dice, products, images.

# %% [markdown] lang="zh"
# ## 小结
#
# 从 $10^9$ 个权重到九个，需要对图像作哪些假设？**权重共享：** 一种图案在每个位置都值得检测，所以所有单元共用一张表。
# **局部性：** 附近的像素就够用，所以这张表缩小到 $(2\Delta+1)^2$ 个权重。这两点，全连接层事先都不知道。
#
# 权重共享使层对平移等变（填零的边界处除外），而线性的等变函数必定是卷积。先经过非线性再求和，或者取最大值，结果就成为不变的。
#
# **下一步：** 第 02 章动手来算：先用纸笔，再用循环，最后用 PyTorch 的层。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：《动手学深度学习》中“从全连接层到卷积”一节，第 3 节的推导在那里讲得更详细
#   （[英文版](https://d2l.ai/chapter_convolutional-neural-networks/why-conv.html)，[中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/why-conv.html)）。
# - Goodfellow、Bengio、Courville：[Deep Learning](https://www.deeplearningbook.org/contents/convnets.html)，第 9 章，讲稀疏连接、权重共享和等变性。
# - LeCun 等，1989：[Backpropagation Applied to Handwritten Zip Code Recognition](https://doi.org/10.1162/neco.1989.1.4.541)，在训练出来的网络里共享权重。
# - Zhang 等，2017：[Understanding deep learning requires rethinking generalization](https://arxiv.org/abs/1611.03530)。
# - Cohen、Welling，2016：[Group Equivariant Convolutional Networks](https://arxiv.org/abs/1602.07576)；何恺明等，2016：
#   [Deep Residual Learning](https://arxiv.org/abs/1512.03385)；Dosovitskiy 等，2021：[An Image is Worth 16x16 Words](https://arxiv.org/abs/2010.11929)。
# - 3Blue1Brown：[But what is a convolution?](https://www.youtube.com/watch?v=KuXjwB4LzSA)，一部短片，讲骰子、乘法和图像。
