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
# *A fully connected layer that turns a one-megapixel image into another image of the same size needs $10^{12}$ weights. The
# convolution derived in this chapter needs only nine. What must we assume about images before nine weights can replace a trillion?*
#
# **In this chapter you will**
# - count the weights of a fully connected layer, and see that it ignores where the pixels lie;
# - turn such a layer into a convolution in four steps, and write the convolution as a matrix;
# - tell invariance from equivariance, and prove that a linear equivariant function is a convolution;
# - meet convolution outside neural networks, and extend it to several channels.
#
# **Time:** about 30 minutes to read and run, two and a half hours for all the exercises. **You need:** tensors and `nn.Linear` in
# PyTorch.

# %% [markdown] lang="zh"
# # 01 从全连接层到卷积
#
# **全连接层要把一张一百万像素的图像变成同样大小的另一张图像，需要 $10^{12}$ 个权重；本章将要推导的卷积只用九个。
# 要让九个权重代替一万亿个，需要对图像作哪些假设？**
#
# **学完本章，你将能够**
# - 算出全连接层有多少权重，并说明它没有利用像素的位置；
# - 分四步把全连接层变成卷积，再把卷积写成矩阵；
# - 分清不变与等变，并证明线性的等变函数就是卷积；
# - 认识神经网络之外的卷积，并把卷积推广到多个通道。
#
# **所需时间：** 阅读并运行约 30 分钟，做完全部练习另需两个半小时。**预备知识：** PyTorch 的张量和 `nn.Linear`。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Write two numbers on the board: 1,000,000,000,000 and 9. Each is the number of weights of a layer that turns a one-megapixel image into another image. **Ask:** can nine weights do anything useful with a million pixels? Take a vote and remember it.
#
# The lecture leads from the first number to the second by two assumptions about images. Let the class guess them now, and do not comment.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 在黑板上写两个数：1,000,000,000,000 和 9。两个数都是权重的个数，两种层都把一百万像素的图像变成另一张图像。**提问：** 面对一百万个像素，九个权重能派上用场吗？举手表决，记住结果。
#
# 这堂课靠两个关于图像的假设，从第一个数走到第二个数。先让大家猜是哪两个，不作评论。

# %%
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% [markdown] lang="en"
# ## 1 · What a fully connected layer costs
#
# To a program, a greyscale photograph is a table with one number for each **pixel**, from 0 for black to 1 for white. The second figure shows these numbers for the place where
# the tip of the roof meets the sky. In such a grid, positive numbers are blue, negative numbers red, and the larger the absolute value, the stronger the colour. So the bright
# sky is dark blue.

# %% [markdown] lang="zh"
# ## 1 · 全连接层的代价
#
# 对程序来说，一张灰度照片就是一张数字表，每个**像素**一个数，0 是黑，1 是白。第二张图列出了屋顶尖端与天空交界处的一些数值。
# 在这样的数字表里，正数为蓝色，负数为红色，绝对值越大，颜色越深。所以天空虽然亮，在表里却是深蓝色。

# %% [markdown] lang="en" slide="slide"
# ## What does a fully connected layer cost?
#
# A photograph with 427 rows and 640 columns; 1,000 hidden units, each connected to every pixel.
#
# **Predict:** about three million parameters, three hundred million, or thirty billion?

# %% [markdown] lang="zh" slide="slide"
# ## 全连接层要多少参数？
#
# 一张照片，427 行，640 列；1,000 个隐藏单元，每个都连接全部像素。
#
# **先猜：** 大约三百万、三亿，还是三百亿个参数？

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
# **Expect:** three million. **Ask:** and for a one-megapixel image? A billion weights, which take 4 GB as 32-bit floats.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 用教室的三个角代表三个答案，请大家用手指向自己的答案。然后一起口算：427 乘 640 约 270,000 个像素，再乘 1,000 个单元。
#
# **常见错误：** 猜三百万。**提问：** 换成一百万像素的图像呢？十亿个权重，用 32 位浮点数存储要 4 GB。

# %%
d2l.show_grids({"tip of the roof": photo[40:45, 193:201]})
# zh: d2l.show_grids({"屋顶尖端": photo[40:45, 193:201]})

# %% [markdown] lang="en"
# A **fully connected layer** (`nn.Linear`) reads the pixels as one long vector. Each **hidden unit** multiplies every pixel by a **weight** of
# its own, sums the products, and adds a **bias**. The weights and biases are the layer's parameters.
#
# **Predict:** the photograph has 427 rows and 640 columns. How many parameters do 1,000 hidden units have together: about three million, three
# hundred million, or thirty billion?

# %% [markdown] lang="zh"
# **全连接层**（`nn.Linear`）把全部像素当作一个长向量来读。每个**隐藏单元**都有自己的一组**权重**：它把每个像素乘以对应的权重，将乘积相加，
# 再加上一个**偏置**。权重和偏置合称层的参数。
#
# **先猜：** 这张照片有 427 行、640 列。1,000 个隐藏单元一共有多少个参数：大约三百万、三亿，还是三百亿？


# %%
def parameters(layer):
    return sum(p.numel() for p in layer.parameters())


# %%
sizes = {"thumbnail": (28, 28), "photograph": (427, 640), "one megapixel": (1000, 1000)}
# zh: sizes = {"缩略图": (28, 28), "照片": (427, 640), "一百万像素": (1000, 1000)}
for name, (n_h, n_w) in sizes.items():
    layer = nn.Linear(n_h * n_w, 1000, device="meta")  # shapes only, no numbers
    # zh: layer = nn.Linear(n_h * n_w, 1000, device="meta")  # 只记形状，不存数值
    print(f"{name}, {n_h} × {n_w}: {parameters(layer):,} parameters")
    # zh: print(f"{name}，{n_h} × {n_w}：{parameters(layer):,} 个参数")

# %% [markdown] lang="en"
# The weights for the one-megapixel image alone take 4 GB as 32-bit floats. Many weights need not mean poor predictions (Zhang et al. 2017), but each weight costs
# memory and arithmetic.
#
# The layer that this series is about, the convolutional layer, has a **kernel** instead: a small table of weights applied at every position of the image. Section 3 derives it.
# Here we count its parameters:

# %% [markdown] lang="zh"
# 光是一百万像素图像所需的权重，用 32 位浮点数存储就要占 4 GB。权重多，预测不一定就差（Zhang 等，2017），但每个权重都要占内存，也都要参与计算。
#
# 本系列要讲的卷积层用的则是**卷积核**：一张小小的权重表，在图像的每个位置上都用它。第 3 节会推导出这种层，这里先数一数它的参数：

# %%
convolution = nn.Conv2d(in_channels=1, out_channels=1, kernel_size=3)
print(f"{parameters(convolution)} parameters: {convolution.weight.numel()} weights and 1 bias")
# zh: print(f"{parameters(convolution)} 个参数：{convolution.weight.numel()} 个权重和 1 个偏置")

# %% [markdown] lang="en"
# The same nine weights serve an image of any size, and the output is again an image. A fully connected layer whose output is an image needs one weight for
# each pair of input and output pixels.
#
# **Play:** the sliders set the sides of a square image and a square kernel; the axis is logarithmic. What is the largest value of the first slider for which the top bar stays
# below a million weights? Which slider changes the lowest bar?

# %% [markdown] lang="zh"
# 无论图像多大，都只需要这九个权重，输出仍是一张图像。全连接层的输出如果也是图像，那么每一对输入像素和输出像素都需要一个权重。
#
# **动手：** 两个滑块分别是正方形图像和正方形卷积核的边长，横轴是对数刻度。第一个滑块最多调到多少，
# 最上面一条仍不到一百万个权重？改变最下面一条的是哪个滑块？


# %%
def weights_of(n, k):
    return {
        "fully connected, 1,000 units": n**2 * 1000,
        "fully connected, image as output": n**4,
        "convolution, image as output": k**2,
        # zh: "全连接，1,000 个单元": n**2 * 1000,
        # zh: "全连接，输出为图像": n**4,
        # zh: "卷积，输出为图像": k**2,
    }


def show_weights(n, k):
    xlabel = "number of weights"
    # zh: xlabel = "权重个数"
    return d2l.show_bars(weights_of(n, k), xlabel, log=True, end=1e20)


# %% [markdown] lang="en" slide="slide"
# ## Three layers for a one-megapixel image
#
# **Predict:** the image becomes twice as high and twice as wide. By which factor does the number of weights of each layer grow?

# %% [markdown] lang="zh" slide="slide"
# ## 处理一百万像素图像的三种层
#
# **先猜：** 图像的高和宽都变成两倍，三种层的权重个数各变成几倍？

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
# **3 min.** Explain the axis first: it is logarithmic. The lowest bar is the layer of this course, a $3\times 3$ kernel that is applied at every position.
#
# **Expect:** "times 2" or "times 4" for all three. **Ask:** why 16 for the second? There are four times as many inputs and four times as many outputs. In the notebook the figure has sliders.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先说明横轴是对数刻度。最下面一条是本课程要讲的层：一个 $3\times 3$ 的卷积核，用在每个位置上。
#
# **常见错误：** 以为三条都是 2 倍，或者都是 4 倍。**提问：** 第二条为什么是 16 倍？输入变成四倍，输出也变成四倍。笔记本里这张图有滑块。

# %% [markdown] lang="en"
# The largest value is 28: $28^2 \cdot 1000$ is 784,000, and the next value, 32, gives 1,024,000. The lowest bar depends on the kernel alone.
#
# <details><summary><b>Check yourself:</b> an image becomes twice as high and twice as wide. What happens to the number of weights of each of the three layers?</summary>
#
# The image has four times as many pixels. The layer with 1,000 units has four times as many weights. The fully connected layer with an image as output
# has four times as many inputs and four times as many outputs, so it has sixteen times as many weights. The number of weights of the convolution stays the same.
# </details>

# %% [markdown] lang="zh"
# 最多调到 28：$28^2 \cdot 1000$ 是 784,000，而下一个值 32 已经是 1,024,000 了。最下面一条只由卷积核的边长决定。
#
# <details><summary><b>自测：</b>图像的高和宽都变成两倍，三种层的权重个数各有什么变化？</summary>
#
# 像素变成四倍。有 1,000 个单元的层，权重变成四倍。输出为图像的全连接层，输入和输出都变成四倍，权重变成十六倍。卷积的权重个数不变。
# </details>

# %% [markdown] lang="en"
# ## 2 · A fully connected layer ignores the order of the pixels
#
# Does a fully connected layer use the fact that its input is an image? As a test, we shuffle the pixels, with the same permutation for every image.
#
# **Predict:** you can no longer recognise the temple. How much harder is it now for a fully connected layer to recognise it?

# %% [markdown] lang="zh"
# ## 2 · 全连接层不看像素的次序
#
# 全连接层的输入是图像，它用到了这一点吗？我们来检验一下：把像素打乱，每张图像都用同一个次序。
#
# **先猜：** 你已经认不出照片里的楼阁了。对全连接层来说，要认出它难了多少？

# %% [markdown] lang="en" slide="slide"
# ## Shuffle the pixels
#
# All pixels are put in a new order, the same for every image.
#
# **Predict:** how much harder is it now for a fully connected layer to recognise the temple?

# %% [markdown] lang="zh" slide="slide"
# ## 打乱像素
#
# 所有像素换一个次序，每张图像都用这个次序。
#
# **先猜：** 对全连接层来说，要认出楼阁难了多少？

# %% tags=["slide"]
torch.manual_seed(0)
crop = (photo[:120, 150:330] * 255).round().double()  # whole numbers: sums without rounding
# zh: crop = (photo[:120, 150:330] * 255).round().double()  # 取整数，求和没有舍入误差
order = torch.randperm(crop.numel())
shuffled = crop.flatten()[order].reshape(crop.shape)
d2l.show_images({"image": crop, "shuffled": shuffled}, width=9)
# zh: d2l.show_images({"原图": crop, "打乱后": shuffled}, width=9)

# %% [markdown] lang="en" slide="fragment"
# No harder: if the weights are shuffled in the same way, every output stays *the same*.

# %% [markdown] lang="zh" slide="fragment"
# 一点也没有变难：把权重按同样的次序打乱，每个输出都**不变**。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** what did *you* lose when the pixels were shuffled? You can no longer see which pixels are neighbours. A fully connected layer loses nothing: if its initial weights are independent and nothing else in the training uses positions, it learns from both orders equally well, averaged over initialisations.
#
# **Expect:** "hopeless, one cannot see anything". Let the class write the sum for three pixels, and then exchange two of them together with their weights.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 像素打乱以后，**你**失去了什么？你再也看不出哪些像素相邻。全连接层却什么也没有失去：只要初始权重相互独立，训练的其他环节也不用到位置，对各种初始化取平均，用哪种次序学得都一样好。
#
# **常见错误：** “没法做了，什么都看不出来。”让大家写出三个像素的加权和，再把其中两个连同权重一起对调。

# %% [markdown] lang="en"
# It is no harder. To see why, we compare a fully connected layer reading the original image with a twin reading the shuffled image. The twin's weights are shuffled in the same
# order:

# %% [markdown] lang="zh"
# 一点也没有变难。要明白为什么，我们拿两个全连接层来比较：一个读原图，它的孪生层读打乱的图像。孪生层的权重也按同样的次序打乱：

# %%
torch.manual_seed(0)
weights = torch.randint(-9, 10, (10, crop.numel())).double()
twin = weights[:, order]
difference = weights @ crop.flatten() - twin @ shuffled.flatten()
print(f"largest difference between the outputs of 10 units: {difference.abs().max():g}")
# zh: print(f"10 个单元的输出，最大相差：{difference.abs().max():g}")

# %% [markdown] lang="en"
# The outputs are equal, because a sum does not depend on the order of its terms. They also stay equal if we train the first layer on original images and its twin on shuffled
# ones: the gradient of a weight is the value of its pixel times the gradient with respect to the unit's output, summed over the images. Both factors are the same for the two
# layers, wherever the pixel lies. If all initial weights are drawn independently from one distribution, the twin's are just as likely as those of the first layer. So, averaged
# over initialisations, the layer learns equally well from shuffled and from original images, if nothing else in the training uses positions: **it ignores which pixels are
# neighbours.**
#
# A fully connected layer can still learn from data which pixels are neighbours. Below, a layer with 81 units removes noise from $9\times 9$ patches of the photograph: unit
# $(i, j)$ estimates pixel $(i, j)$ of the clean patch. Least squares gives the weights with the smallest mean squared error.

# %% [markdown] lang="zh"
# 输出相等，因为求和与次序无关。如果用原图训练第一个层，用打乱的图像训练孪生层，输出也始终相等：
# 权重的梯度，等于它所乘像素的数值乘以损失对单元输出的梯度，再对各张图像求和；无论像素在哪里，这两个因子对两个层都相同。
# 而如果初始权重都独立地取自同一个分布，孪生层的初始权重与第一个层的初始权重，出现的可能性一样大。因此，只要训练的其他环节不用到位置，对各种初始化取平均，
# 全连接层学打乱的图像，效果与学原图一样：**哪些像素相邻，它没有用到。**
#
# 不过，哪些像素相邻，可以从数据中学到。下面让一个有 81 个单元的层去除照片上 $9\times 9$ 小块中的噪声：单元 $(i, j)$ 估计干净小块的像素 $(i, j)$。
# 用最小二乘法直接算出使均方误差最小的权重。

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
print(f"mean squared error of the noisy patches: {((noisy - patches) ** 2).mean():.4f}")
print(f"after the layer, original order: {error:.4f}; shuffled order: {error_mixed:.4f}")
# zh: print(f"带噪声的小块，均方误差：{((noisy - patches) ** 2).mean():.4f}")
# zh: print(f"经过这个层之后，原次序：{error:.4f}；打乱的次序：{error_mixed:.4f}")

# %%
tables = denoiser.reshape(9, 9, 9, 9)  # unit's row and column, pixel's row and column
# zh: tables = denoiser.reshape(9, 9, 9, 9)  # 单元的行、列，像素的行、列
offset = (torch.arange(9) - 4).abs()
distance = torch.maximum(offset[:, None], offset)  # in rows or columns, whichever is larger
# zh: distance = torch.maximum(offset[:, None], offset)  # 行距与列距，取较大者
for n in range(5):
    size = tables[4, 4][distance == n].abs().mean()
    print(f"pixels at distance {n} from the middle unit: mean absolute weight {size:.3f}")
    # zh: print(f"与正中单元距离为 {n} 的像素：权重绝对值的平均值为 {size:.3f}")
near = tables[4, 4][distance <= 1].abs().sum() / tables[4, 4].abs().sum()
print(f"share of the pixels at distance 0 and 1 in the sum of absolute weights: {near:.0%}")
# zh: print(f"距离为 0 和 1 的像素，在权重绝对值总和中所占比例：{near:.0%}")

# %% [markdown] lang="en" slide="slide"
# ## A fully connected layer can learn which pixels are neighbours
#
# A fully connected layer has learned to remove noise from $9\times 9$ patches: 6,561 weights.
#
# **Predict:** which pixels does one unit mainly use?

# %% [markdown] lang="zh" slide="slide"
# ## 哪些像素相邻，全连接层可以学到
#
# 一个全连接层学会了去除 $9\times 9$ 小块中的噪声，共 6,561 个权重。
#
# **先猜：** 一个单元主要用到哪些像素？

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
# **2 min.** Each map shows the weights of one unit; blue is positive, red is negative. In the original order the large weights lie close together. In the shuffled order the same weights are scattered, and the error is the same.
#
# **Ask:** which two facts about images did this layer learn? A unit mostly uses nearby pixels, and units in different places have similar weights. **Expect:** only the first is noticed. These two facts become today's assumptions.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每张图是一个单元的权重，蓝色为正，红色为负。原次序下，大的权重挨在一起；打乱之后，同样的权重散落各处，误差不变。
#
# **提问：** 这个层学到了图像的哪两个性质？一个单元主要用附近的像素；不同位置的单元，权重相似。**常见错误：** 只看出第一个。这两个性质就是今天的两个假设。

# %% [markdown] lang="en"
# Both orders give the same error, because both layers learn the same weights in a different order. This error is well below the 0.0100 of the noisy patches. In the maps,
# positive weights are blue, negative weights red. The third map holds the weights of the first, scattered. The first two show what the layer has learned from this photograph: a
# unit mostly uses **nearby pixels**, and units in different places have **similar weights** around their own pixels.
#
# <details><summary><b>Check yourself:</b> your data are 30 measurements of a patient's blood, in a fixed order. Should a layer use the fact that some of them are
# neighbours?</summary>
#
# No. The order of the measurements is arbitrary, and the third is no closer to the fourth than to the twentieth. A fully connected layer suits such data, because
# it assumes nothing about the order.
# </details>

# %% [markdown] lang="zh"
# 两种次序下误差相同，因为两个层学到的权重一样，只是次序不同；这个误差远低于带噪声小块的 0.0100。图中正的权重为蓝色，负的为红色。
# 第三张图的权重与第一张相同，只是散落各处。从前两张图可以看出这个层从这张照片学到了什么：一个单元主要用**附近的像素**；
# 不同位置的单元，在自己的像素周围有**相似的权重**。
#
# <details><summary><b>自测：</b>数据是一位病人的 30 项血液指标，次序固定。构造层时，应该利用“哪些指标相邻”这一信息吗？</summary>
#
# 不应该。指标的次序是随意定的，第三项离第四项，并不比离第二十项更近。这样的数据适合用全连接层，因为它对次序不作任何假设。
# </details>

# %% [markdown] lang="en"
# ## 3 · From a fully connected layer to nine weights
#
# We now build these two facts into a fully connected layer, in four steps, for an image $X$ with five rows and six columns.
#
# **Step 1: arrange the units as an image.** With as many units as pixels, each unit has a row $i$ and a column $j$. Together the outputs $H_{i,j}$ form
# the **hidden representation** $H$. Each weight has four indices: $i$ and $j$ for the unit, $k$ and $l$ for the pixel.
#
# $$H_{i,j} = U_{i,j} + \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l}$$
#
# The code leaves out the biases $U$ until step 3.

# %% [markdown] lang="zh"
# ## 3 · 从全连接层到九个权重
#
# 现在分四步，把这两点放进全连接层里。例子中的图像 $X$ 有五行六列。
#
# **第 1 步：把单元也排成图像。** 单元与像素一样多时，每个单元也有自己的行 $i$ 和列 $j$。所有输出 $H_{i,j}$ 合起来叫做**隐藏表示** $H$。
# 每个权重有四个下标：$i$ 和 $j$ 指单元，$k$ 和 $l$ 指像素。
#
# $$H_{i,j} = U_{i,j} + \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l}$$
#
# 代码里先略去偏置 $U$，到第 3 步再加上。

# %%
torch.manual_seed(1)
X = torch.randint(0, 10, (5, 6)).double()
W = torch.randint(-3, 4, (5, 6, 5, 6)).double()
H = (W * X).sum(dim=(2, 3))
print(f"{W.numel()} weights: {H.numel()} units times {X.numel()} pixels")
# zh: print(f"{W.numel()} 个权重：{H.numel()} 个单元乘 {X.numel()} 个像素")
d2l.show_grids(X=X, H=H)

# %% [markdown] lang="en"
# **Step 2: count from the unit's own position.** Instead of "row $k$ of the image" we say "$a$ rows below the unit": $k = i + a$ and $l = j + b$, where $a$ and $b$ may be
# negative. The weights only get new names, $V_{i,j,a,b} = W_{i,j,i+a,j+b}$:
#
# $$H_{i,j} = U_{i,j} + \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# The offset $a$ runs from $-4$ to $4$, and $b$ from $-5$ to $5$. So each unit now has a table of $9\times 11$ weights, with the weight of its own
# pixel in the middle. Where the table reaches beyond the image, it contains zeros.

# %% [markdown] lang="zh"
# **第 2 步：从单元自己的位置数起。** 不说“图像的第 $k$ 行”，而说“单元下方第 $a$ 行”：$k = i + a$，$l = j + b$，其中 $a$ 和 $b$ 可以是负数。
# 权重没有变，只是换了名字，$V_{i,j,a,b} = W_{i,j,i+a,j+b}$：
#
# $$H_{i,j} = U_{i,j} + \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# 偏移 $a$ 从 $-4$ 到 $4$，$b$ 从 $-5$ 到 $5$。于是每个单元有一张 $9\times 11$ 的权重表，正中是它自己那个像素的权重；表中超出图像的部分都是零。

# %%
V = W.new_zeros(5, 6, 9, 11)
for i in range(5):
    for j in range(6):
        V[i, j, 4 - i : 9 - i, 5 - j : 11 - j] = W[i, j]

# %% [markdown] lang="en"
# **Play:** choose a unit. The small frames mark the weight of the unit's own pixel. In the table of offsets, the large frame encloses the weights of pixels inside the image.
# For which unit does this frame lie in the table's bottom-right corner?

# %% [markdown] lang="zh"
# **动手：** 选一个单元。小框标出的是它自己那个像素的权重；在按偏移排列的表里，大框之内是图像中各像素的权重。
# 选哪个单元时，大框落在表的右下角？


# %%
def offset_table(i, j):
    by_pixel, by_offset = "weights by pixel", "weights by offset"
    # zh: by_pixel, by_offset = "按像素排列的权重", "按偏移排列的权重"
    inside = (4 - i, 5 - j, 5, 6)  # the offsets that lead to a pixel of the image
    # zh: inside = (4 - i, 5 - j, 5, 6)  # 这些偏移所指的像素在图像之内
    mark = {by_pixel: (i, j, 1, 1), by_offset: [(4, 5, 1, 1), inside]}
    return d2l.show_grids({by_pixel: W[i, j], by_offset: V[i, j]}, mark=mark)


# %% [markdown] lang="en" slide="slide"
# ## Count from the unit's own position
#
# $$H_{i,j} = \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l} = \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# The small frames mark the unit's own pixel, the large one the pixels inside the image.
#
# **Predict:** for which unit does the large frame lie in the bottom-right corner of the table?

# %% [markdown] lang="zh" slide="slide"
# ## 从单元自己的位置数起
#
# $$H_{i,j} = \sum_{k}\sum_{l} W_{i,j,k,l}\,X_{k,l} = \sum_{a}\sum_{b} V_{i,j,a,b}\,X_{i+a,\,j+b}$$
#
# 小框标出单元自己的像素，大框标出图像之内的像素。
#
# **先猜：** 哪个单元的大框落在表的右下角？

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
# The unit at $(0, 0)$: no pixel lies above it or to its left.

# %% [markdown] lang="zh" slide="fragment"
# $(0, 0)$ 处的单元：它的上方和左方没有像素。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Two steps on one slide. First, there are as many units as pixels, so a unit has a row and a column. Second, we say "$a$ rows below the unit" instead of "row $k$ of the image". The small frame marks the weight of the unit's own pixel; the large frame encloses the weights of the pixels inside the image.
#
# **Expect:** "so we have saved something". We have saved nothing: these are the same 900 weights under new names. With the new names the two assumptions can be written down.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一页讲两步。第一步：单元与像素一样多，所以单元也有行和列。第二步：说“单元下方第 $a$ 行”，不说“图像的第 $k$ 行”。小框标出单元自己那个像素的权重，大框之内是图像中各像素的权重。
#
# **常见错误：** “这样就省了。”什么也没省：还是那 900 个权重，只是换了名字。有了这套名字，两个假设才写得出来。

# %% [markdown] lang="en"
# It is the unit at $(0, 0)$: no pixel lies above it or to its left. When the image is surrounded with zeros, the tables $V$ give the same output as the weights $W$:

# %% [markdown] lang="zh"
# 是 $(0, 0)$ 处的单元：它的上方和左方没有像素。在图像四周填零之后，用这些表 $V$ 算出的输出，与用权重 $W$ 算出的相同：

# %%
wide = F.pad(X, (5, 5, 4, 4))  # zeros: 5 columns on each side, 4 rows above and below
# zh: wide = F.pad(X, (5, 5, 4, 4))  # 填零：左右各 5 列，上下各 4 行


def apply_tables(V):
    H = V.new_zeros(5, 6)
    for i in range(5):
        for j in range(6):
            H[i, j] = (V[i, j] * wide[i : i + 9, j : j + 11]).sum()
    return H


d2l.compare(apply_tables(V), H)

# %% [markdown] lang="en"
# **Step 3: share the weights.** A pattern that is worth detecting in one place is often worth detecting elsewhere: an eye may appear anywhere in a photograph. So we
# assume **weight sharing**: all units have the same table $V_{a,b}$ and the same bias $u$.
#
# $$H_{i,j} = u + \sum_{a}\sum_{b} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** there were 900 weights. How many are left?

# %% [markdown] lang="zh"
# **第 3 步：共享权重。** 一种图案若值得在某处检测，在别处往往也值得检测：照片里的眼睛可以出现在任何位置。因此假设**权重共享**：
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
# **Expect:** 30, one for each unit. **Ask:** when is the assumption wrong? In passport photographs, the eyes are almost always at the same height. The assumptions that are built into a layer before any data are seen are called its *inductive bias*.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 第一个假设：**权重共享**。指出公式里少了什么：$V$ 的下标 $i, j$。剩下的是一张在图像上滑动的表。
#
# **常见错误：** 答 30，以为每个单元剩一个。**提问：** 这个假设什么时候不成立？证件照里眼睛的高度几乎总是一样。在看到数据之前就放进层里的假设，叫做层的**归纳偏置**。

# %%
torch.manual_seed(2)
shared, u = torch.randint(-3, 4, (9, 11)).double(), 2.0
H_shared = u + apply_tables(shared.expand(5, 6, 9, 11))
d2l.compare(H_shared, u + d2l.corr2d(wide, shared))

# %% [markdown] lang="en"
# There are $9 \times 11 = 99$ weights left, and one bias. The table slides over the image. At each position, every weight is multiplied by the pixel under it, and the
# products are summed. `d2l.corr2d` computes this (chapter 02).
#
# **Step 4: use nearby pixels only.** An edge can usually be detected from the pixels around it. So we assume **locality**: $V_{a,b} = 0$ wherever $|a| > \Delta$ or
# $|b| > \Delta$. What remains of the table is the **kernel**, and $\Delta$ is its **half-width**:
#
# $$H_{i,j} = u + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **Predict:** how many weights are left for $\Delta = 1$? And in general, as a function of $\Delta$?

# %% [markdown] lang="zh"
# 还剩 $9 \times 11 = 99$ 个，外加一个偏置。这张表在图像上滑动，每到一个位置，就把各个权重乘以所对的像素，再把乘积相加。
# `d2l.corr2d` 算的就是这个（第 02 章）。
#
# **第 4 步：只用附近的像素。** 某处有没有边缘，通常看周围的像素就能判断。因此假设**局部性**：凡是 $|a| > \Delta$ 或 $|b| > \Delta$ 的地方，
# $V_{a,b} = 0$。这张表剩下的部分就是**卷积核**，$\Delta$ 是它的**半宽**：
#
# $$H_{i,j} = u + \sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{a,b}\,X_{i+a,\,j+b}$$
#
# **先猜：** $\Delta = 1$ 时还剩几个权重？一般情形呢？请用 $\Delta$ 表示。

# %% [markdown] lang="en" slide="slide"
# ## Use nearby pixels only
#
# All weights with $|a| > \Delta$ or $|b| > \Delta$ are zero. In the figure, $\Delta = 1$.
#
# **Predict:** how many weights are left, as a function of $\Delta$?

# %% [markdown] lang="zh" slide="slide"
# ## 只用附近的像素
#
# 凡是 $|a| > \Delta$ 或 $|b| > \Delta$ 的地方，权重都是零。图中 $\Delta = 1$。
#
# **先猜：** 还剩几个权重？请用 $\Delta$ 表示。

# %% tags=["slide"]
kernel = shared[3:6, 4:7]
local = F.pad(kernel, (4, 4, 3, 3))  # the large table again, with zeros outside the kernel
# zh: local = F.pad(kernel, (4, 4, 3, 3))  # 还是那张大表，卷积核以外都是零
d2l.show_grids({"local": local, "kernel": kernel}, mark={"local": (3, 4, 3, 3)})
# zh: d2l.show_grids({"局部的表": local, "卷积核": kernel}, mark={"局部的表": (3, 4, 3, 3)})

# %% [markdown] lang="en" slide="fragment"
# $(2\Delta+1)^2$: in each direction the offsets run from $-\Delta$ to $\Delta$, and 0 is one of them.

# %% [markdown] lang="zh" slide="fragment"
# $(2\Delta+1)^2$ 个：每个方向的偏移从 $-\Delta$ 到 $\Delta$，0 也算一个。

# %% [markdown] lang="en" slide="notes"
# **2 min.** The second assumption: *locality*. The zeros need not be stored; what remains is the kernel.
#
# **Expect:** $4\Delta^2$. Let somebody count on their fingers from $-2$ to $2$: there are five values, not four. For $\Delta = 1, 2, 3$ the kernel has 9, 25, 49 weights.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 第二个假设：**局部性**。那些零不必存储，剩下的就是卷积核。
#
# **常见错误：** 答 $4\Delta^2$。请一位同学扳着手指从 $-2$ 数到 $2$：是五个数，不是四个。$\Delta = 1, 2, 3$ 时，卷积核有 9、25、49 个权重。

# %%
d2l.compare(d2l.corr2d(wide, local), d2l.corr2d(F.pad(X, (1, 1, 1, 1)), kernel))

# %% [markdown] lang="en"
# The zeros need not be stored. A kernel has $(2\Delta+1)^2$ weights: $2\Delta+1$ in each direction, because the offset 0 counts too. For one-megapixel images as input and
# output, with $\Delta = 1$, these numbers of weights remain:

# %% [markdown] lang="zh"
# 那些零不必存储。卷积核有 $(2\Delta+1)^2$ 个权重：每个方向 $2\Delta+1$ 个，因为偏移 0 也算一个。
# 设输入和输出都是一百万像素的图像，取 $\Delta = 1$，还剩的权重个数如下：

# %% [markdown] lang="en" slide="slide"
# ## Two assumptions, from a trillion weights to nine
#
# The input and the output are one-megapixel images.
#
# **Predict:** which assumption makes the number of weights independent of the image's size?

# %% [markdown] lang="zh" slide="slide"
# ## 两个假设，从一万亿到九
#
# 输入和输出都是一百万像素的图像。
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
# **2 min.** Go through the four lines. With weight sharing alone, the table is almost twice as high and twice as wide as the image. With locality alone, each position has nine weights of its own: this is a *locally connected layer*. (The count includes those that, at the border, meet only padding.)
#
# **Expect:** "then nine weights are enough for a network". One kernel detects one kind of pattern; several kernels and several layers come later.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 四行逐行讲。只共享权重，那张表的高和宽都将近图像的两倍。只有局部性，每个位置有自己的九个权重，这叫做**局部连接层**（边界处只与填充的零相乘的权重也计算在内）。
#
# **常见错误：** “那整个网络有九个权重就够了。”一个卷积核只检测一种图案；多个卷积核、多层，后面再讲。

# %% [markdown] lang="en"
# Locality without weight sharing gives a **locally connected layer**, in which each position has nine weights of its own. (The count includes those that, at the border, meet
# only padding.)
#
# Assumptions built into a layer before any data are seen, such as these two, are its **inductive bias**. They can be wrong: in passport photographs the eyes are almost always at
# the same height, yet shared weights respond alike at every height.
#
# <details><summary><b>Check yourself:</b> which of the two assumptions makes the number of weights independent of the image's size?</summary>
#
# Locality, but only together with weight sharing. Weight sharing alone leaves a table that is nearly twice as high and twice as wide as the image. Locality
# alone leaves nine weights for <i>each</i> position: nine million for the one-megapixel image.
# </details>

# %% [markdown] lang="zh"
# 有局部性而不共享权重，得到的是**局部连接层**，每个位置都有自己的九个权重（边界处只与填充的零相乘的权重也计算在内）。
#
# 像这两个假设一样，在看到数据之前就放进层里的假设，叫做层的**归纳偏置**。假设也可能不成立：证件照里眼睛的高度几乎总是一样，
# 而共享的权重在任何高度都给出同样的响应。
#
# <details><summary><b>自测：</b>两个假设中，哪一个使权重的个数与图像大小无关？</summary>
#
# 局部性，但必须与权重共享配合。只共享权重，剩下的表的高和宽都将近图像的两倍。
# 只有局部性，则<b>每个</b>位置要九个权重，一百万像素的图像就要九百万个。
# </details>

# %% [markdown] lang="en"
# ## 4 · The matrix behind a convolution
#
# Without its bias, a convolution is a linear function, so it has a matrix: the weight of a fully connected layer that computes the same function. We apply a $2\times 2$ kernel
# to a $4\times 5$ image, only where it lies inside the image (**valid** positions). The matrix has $3 \times 4 = 12$ rows, one for each output, and 20 columns, one for each
# pixel.
#
# **Predict:** how many of the $12 \cdot 20 = 240$ entries are not zero?

# %% [markdown] lang="zh"
# ## 4 · 卷积背后的矩阵
#
# 不算偏置，卷积是线性函数，所以有对应的矩阵：以它为权重的全连接层，算出的结果与卷积相同。把 $2\times 2$ 的卷积核用于
# $4\times 5$ 的图像，只取卷积核完全落在图像之内的位置（**valid**，即有效位置）。矩阵有 $3 \times 4 = 12$ 行，每个输出一行；有 20 列，每个像素一列。
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
# **Expect:** "four, because the kernel has four entries". There are twelve rows with four each. **Ask:** why does the kernel move by two columns from the fourth row of the matrix to the fifth? It must not reach beyond the border of the image. The name: block Toeplitz with Toeplitz blocks.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 每个输出一行，每个像素一列。先看其中一行：1 2，空一段，再是 3 4。**提问：** 为什么要空一段？图像的下一行在五个元素之后才开始。
#
# **常见错误：** “四个，卷积核只有四个数。”十二行，每行四个。**提问：** 从矩阵的第四行到第五行，卷积核为什么移了两列？它不能超出图像的边界。这种矩阵叫分块托普利茨矩阵，每块也是托普利茨矩阵。

# %% [markdown] lang="en"
# To make each row, we place the kernel in an image of zeros and flatten it. As the weight of an ordinary `nn.Linear`, this matrix computes the convolution:

# %% [markdown] lang="zh"
# 矩阵的每一行是这样得到的：在一张全零的图像里放进卷积核，再把图像展平。把这个矩阵用作普通 `nn.Linear` 的权重，算出的就是卷积：

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
# Locality sets 192 entries to zero. Because of weight sharing, the other 48, four in each row, take only four values.
#
# A matrix constant along each diagonal is a **Toeplitz matrix**. Ours is **block Toeplitz with Toeplitz blocks**: each framed block is a Toeplitz matrix, and the same blocks
# repeat along the diagonals. Chapter 08 derives the gradients of a convolution from this matrix.
#
# <details><summary><b>Check yourself:</b> a 3×3 kernel is applied to a one-megapixel image. What share of the entries of its matrix is not zero?</summary>
#
# Each row has a million entries, and nine of them are not zero: nine millionths.
# </details>

# %% [markdown] lang="zh"
# 局部性使 192 个元素为零。其余 48 个元素，每行四个，因为权重共享而只取四个值。
#
# 每条对角线上的元素都相等的矩阵，叫做**托普利茨矩阵**（Toeplitz matrix）。我们的矩阵是**分块托普利茨矩阵，每块也是托普利茨矩阵**：
# 框出的每一块都是托普利茨矩阵，同样的块沿对角线重复出现。第 08 章会由这个矩阵推出卷积的梯度。
#
# <details><summary><b>自测：</b>把 3×3 的卷积核用于一百万像素的图像，矩阵中不为零的元素占多大比例？</summary>
#
# 每行一百万个元素里有九个不为零，也就是百万分之九。
# </details>

# %% [markdown] lang="en"
# ## 5 · Invariant or equivariant?
#
# Let $f$ be a function of images, and let $T$ shift an image.
#
# - $f$ is **invariant** to shifts if its output stays the same: $f(T X) = f(X)$. An example is the answer to "Is there a cat?"
# - $f$ is **equivariant** to shifts if its output shifts in the same way: $f(T X) = T f(X)$. An example is a map that shows where the cat is.
#
# Each property requires its equation to hold for every image and every shift. Our shifts are circular: what leaves on one side re-enters on the other.

# %% [markdown] lang="zh"
# ## 5 · 不变还是等变？
#
# 设 $f$ 是图像的函数，$T$ 把图像平移。
#
# - 如果输出保持原样，即 $f(T X) = f(X)$，就说 $f$ 对平移是**不变**的（invariant）。例如“图里有猫吗？”的答案。
# - 如果输出作同样的平移，即 $f(T X) = T f(X)$，就说 $f$ 对平移是**等变**的（equivariant）。例如标出猫在哪里的图。
#
# 两者都要求等式对任意图像、任意平移成立。这里用循环平移：从一边移出去的，从另一边进来。


# %%
def moved(X, shift):
    return torch.roll(X, shift, dims=(0, 1))


def equivariant(f, X, shift):
    return torch.equal(f(moved(X, shift)), moved(f(X), shift))


def invariant(f, X, shift):
    return torch.equal(f(moved(X, shift)), f(X))


# %% [markdown] lang="en"
# We test two functions: a fully connected layer with random weights, and a convolution whose input image is continued circularly beyond its border (**circular padding**). All
# numbers are whole, so equality is exact.
#
# **Predict:** two functions, two properties. Write down four answers, yes or no.

# %% [markdown] lang="zh"
# 下面检验两个函数：权重随机的全连接层，和把图像循环延拓到边界之外的卷积（**循环填充**）。所有数都是整数，所以相等就是严格相等。
#
# **先猜：** 两个函数，两种性质。写下四个答案，“是”或“否”。

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
# **Predict:** a fully connected layer and a convolution: four answers, yes or no.

# %% [markdown] lang="zh" slide="slide"
# ## 不变还是等变？
#
# - **不变：** $f(TX) = f(X)$。图里有猫吗？
# - **等变：** $f(TX) = T f(X)$。猫在哪里？
#
# **先猜：** 全连接层和卷积：写下四个答案，“是”或“否”。

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
# **Expect:** "convolution is invariant", because books call it translation invariant. Explain both senses: in systems theory a *translation-invariant system* is one that commutes with shifts, which is our equivariance. **Ask:** how can a network say "there is a cat" wherever the cat is? After the convolution it needs a non-linearity, and then a maximum or a mean over all positions.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** $T$ 是循环平移。一张小图的全部 41 种平移都试过，而且要求严格相等。
#
# **常见错误：** “卷积是不变的”，因为书上叫它平移不变。请讲清两种含义：系统理论中的**平移不变系统**，指与平移可交换的系统，也就是我们说的等变。**提问：** 不管猫在哪里，网络怎样都能说“有猫”？卷积之后先经过非线性，再对所有位置取最大值或平均值。

# %% [markdown] lang="en"
# The convolution's equivariance holds for every image: because all units share their weights, whatever moves from one unit to another gives the same output there as
# before. So **this convolution is equivariant and not invariant.** (In systems theory, a "translation-invariant" system commutes with shifts: our equivariance.)
#
# An invariant function must discard the position, for instance by a sum or a maximum over all positions:

# %% [markdown] lang="zh"
# 卷积的等变性对任何图像都成立：所有单元共享权重，所以同样的内容无论移到哪个单元，输出都与原处相同。因此**这个卷积是等变的，不是不变的**。
# （在系统理论中，“平移不变”的系统是指与平移可交换的系统，也就是我们说的等变。）
#
# 不变的函数必须丢弃位置信息，例如对所有位置求和，或者取最大值：

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
# The shift changes none of the results: all three functions are invariant to shifts. But the plain sum equals the sum of the kernel's entries times the sum of the image's
# pixels, however the pixels are arranged. **A non-linearity before the sum**, or a maximum, keeps information about patterns. A common design is a series of equivariant layers
# with non-linearities, followed by one invariant step.
#
# Many layers pad the image with zeros instead of circularly (chapter 05).
#
# **Predict:** is a convolution with zero padding still exactly equivariant? If not, where does it fail?
#
# **Play:** drag the cross. Look only at the first two rows (pooling follows in chapter 07). At the right you see each layer's largest difference between $f(TX)$ and $T f(X)$.
# **Task:** move the cross to the right until the convolution is no longer equivariant. Where is the cross? Then choose circular padding.

# %% [markdown] lang="zh"
# 平移之后三个结果都不变：这三个函数对平移都是不变的。但单纯求和的结果，等于卷积核各元素之和乘以图像各像素之和，与像素怎样排列无关。
# **求和之前加上非线性**，或者不求和而取最大值，就能保留图案的信息。一种常见的设计是：先用若干带非线性的等变层，最后做一次不变的运算。
#
# 不过，许多层并不把图像循环延拓，而是在图像四周填零（第 05 章）。
#
# **先猜：** 采用零填充的卷积还是严格等变的吗？如果不是，在哪里失效？
#
# **动手：** 拖动十字。只看前两行（汇聚，也叫池化，见第 07 章）。最右边是各层的 $f(TX)$ 与 $T f(X)$ 的最大差别。
# **任务：** 把十字向右移，直到卷积不再等变。这时十字在什么位置？再改用循环填充试试。

# %% [markdown] lang="en" slide="slide"
# ## Shift it yourself: play
#
# **Task:** shift the cross to the right. At which shift does the convolution first fail to be equivariant?

# %% [markdown] lang="zh" slide="slide"
# ## 亲手平移：动手试
#
# **任务：** 把十字向右移。移到第几格，卷积第一次不再等变？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import EquivarianceExplorer

explorer = EquivarianceExplorer("cross", kernel=K4)
explorer

# %% [markdown] lang="en" slide="notes"
# **5 min.** Press E, then Tab four times to reach the image. The arrow keys shift it, Home brings it back, and Escape returns to the slides. At first the image is already shifted one step to the right. Go one step down: which layer's output moves along? Then go to the right, slowly, while the class watches the numbers at the right.
#
# **Answer:** at 4. An arm of the cross reaches the last column of the image, and the outputs beyond it are cut off. **Ask before you do it:** what happens with *circular* beyond the border? Then the output moves along exactly.
#
# **Expect:** "then padding is bad". With zero padding, equivariance is exact inside the image and fails at the border; no more follows from this. Pooling waits until chapter 07.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E，再按四次 Tab 走到图像上；方向键平移，Home 键回到起点，Esc 回到幻灯片。一开始图像已右移一格。先往下移一格：哪一层的输出跟着移动？再慢慢往右移，全班盯着最右边的数。
#
# **答案：** 移到 4 格时。十字的一臂到了图像的最后一列，再往外的输出被切掉了。**动手之前先问：** 边界之外改成**循环**会怎样？输出就严格地跟着移动。
#
# **常见错误：** “那么零填充不好。”由此只能说：等变在内部严格成立，在边界处失效。汇聚（池化）留到第 07 章。


# %%
def zero_padded(X):
    return d2l.corr2d(F.pad(X, (1, 1, 1, 1)), K4)


cross = EquivarianceExplorer("cross").start
columns = cross.any(dim=0).nonzero().flatten().tolist()
print(f"columns of the cross: {columns}; last column of the image: {cross.shape[1] - 1}")
# zh: print(f"十字所在的列：{columns}；图像的最后一列：{cross.shape[1] - 1}")
for name, f in {"zero padding": zero_padded, "circular padding": circular}.items():
    # zh: for name, f in {"零填充": zero_padded, "循环填充": circular}.items():
    failed = [s for s in range(1, 12) if not equivariant(f, cross, (0, s))] or "none"
    # zh: failed = [s for s in range(1, 12) if not equivariant(f, cross, (0, s))] or "无"
    print(f"{name}: shifts to the right that fail: {failed}")
    # zh: print(f"{name}：向右平移后不等变的格数：{failed}")

# %% [markdown] lang="en"
# For shifts from 4 to 9, the cross touches or crosses the border, and the outputs beyond the border are cut off. **Zero padding breaks equivariance at the border.**
#
# <details><summary><b>Check yourself:</b> a function flips every image top to bottom. Is it equivariant to shifts?</summary>
#
# No. If the image is shifted down, its mirror image moves up: $f(TX)$ is not $T f(X)$. The flip is not invariant either. For shifts to the left or right
# alone, the flip is equivariant.
# </details>

# %% [markdown] lang="zh"
# 移动 4 到 9 格时，十字碰到或越过边界，边界之外的输出被切掉了。**零填充使卷积在边界处不再等变。**
#
# <details><summary><b>自测：</b>一个函数把图像上下翻转。它对平移等变吗？</summary>
#
# 不等变。图像往下移，翻转后的图像就往上移：$f(TX)$ 不等于 $T f(X)$。它也不是不变的。但若只作左右平移，它是等变的。
# </details>

# %% [markdown] lang="en"
# ## 6 · Which linear functions are equivariant?
#
# Shared weights make the circular convolution equivariant. Conversely, must a linear equivariant function be a convolution?
#
# **Predict:** the following linear function has no visible kernel. Is it a convolution?

# %% [markdown] lang="zh"
# ## 6 · 哪些线性函数是等变的？
#
# 循环卷积共享权重，所以是等变的。反过来，线性的等变函数一定是卷积吗？
#
# **先猜：** 下面这个线性函数的式子里看不到卷积核。它是卷积吗？


# %%
def without_mean(X):
    return X - X.mean()


# %% [markdown] lang="en"
# Let $\delta$ be the **unit impulse**: an image with a 1 at $(0,0)$ and zeros elsewhere; $T_{i,j}$ shifts an image by $i$ rows and $j$ columns. Every image is a
# weighted sum of shifted impulses. A linear $f$ can be applied to each separately, and an equivariant $f$ commutes with the shift:
#
# $$\begin{aligned} X &= \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta \\ f(X) &= \sum_{i,j} X_{i,j}\,f(T_{i,j}\,\delta) \\ &= \sum_{i,j} X_{i,j}\,T_{i,j}\,f(\delta) \end{aligned}$$
#
# The last line, a weighted sum of shifted copies of the **impulse response** $f(\delta)$, is a convolution (section 7). So, with circular shifts, **a linear function
# from images to images of the same size is equivariant if and only if it is a circular convolution.** The kernel of section 3 is the impulse response with both indices
# negated: $V_{a,b} = f(\delta)_{-a,-b}$, counted circularly.

# %% [markdown] lang="zh"
# 设 $\delta$ 是**单位脉冲**，即 $(0,0)$ 处为 1、其余为零的图像；$T_{i,j}$ 把图像移 $i$ 行、$j$ 列。任何图像都是平移后的单位脉冲的加权和。
# 线性的 $f$ 可以分别作用于其中每一项；等变的 $f$ 与平移可以交换次序：
#
# $$\begin{aligned} X &= \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta \\ f(X) &= \sum_{i,j} X_{i,j}\,f(T_{i,j}\,\delta) \\ &= \sum_{i,j} X_{i,j}\,T_{i,j}\,f(\delta) \end{aligned}$$
#
# 最后一行把**脉冲响应** $f(\delta)$ 平移后加权相加，这就是卷积（第 7 节）。所以就循环平移而言，**输入和输出大小相同时，线性函数等变，当且仅当它是循环卷积。**
# 把脉冲响应的两个下标都变号，就是第 3 节的卷积核：$V_{a,b} = f(\delta)_{-a,-b}$（下标是循环的）。

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
# **Expect:** "no, there is no kernel". The kernel is as large as the image: equivariance implies weight sharing, not locality. **Ask:** to which other changes of an image would one like a layer to be equivariant? Rotation and enlargement, for example; a convolution is equivariant to neither in general.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** $\delta$ 在 $(0, 0)$ 处为 1，其余为零。第一个等号用到线性，第二个用到等变。最后的和就是与脉冲响应的卷积。
#
# **常见错误：** “不是，里面没有卷积核。”它的卷积核与图像一样大：由等变性得到的是权重共享，不是局部性。**提问：** 我们还希望层对图像的哪些变换等变？例如旋转和放大；一般说来，卷积对这两种变换都不等变。

# %%
rebuilt = sum(scene[i, j] * moved(response, (i, j)) for i in range(6) for j in range(7))
d2l.compare(without_mean(scene), rebuilt)

# %% [markdown] lang="en"
# So `without_mean` is a convolution, with a kernel as large as the image. Equivariance implies weight sharing. Locality is a separate assumption.
#
# Now we rotate or enlarge the image, once before and once after a convolution, and count the outputs that differ:

# %% [markdown] lang="zh"
# 所以 `without_mean` 是卷积，它的卷积核与图像一样大。由等变性得到的是权重共享；局部性是另一个独立的假设。
#
# 再看旋转和放大：一次放在卷积之前，一次放在卷积之后，数一数有多少个输出不同。

# %%
kernels = {"K4": K4, "cross-shaped": torch.tensor([[0, 1, 0], [1, 2, 1], [0, 1, 0]]).double()}
# zh: kernels = {"K4": K4, "十字形卷积核": torch.tensor([[0, 1, 0], [1, 2, 1], [0, 1, 0]]).double()}
changes = {
    "rotated by 90 degrees": lambda X: X.rot90(),
    "enlarged twofold": lambda X: X.repeat_interleave(2, 0).repeat_interleave(2, 1),
    # zh: "旋转 90 度": lambda X: X.rot90(),
    # zh: "放大到 2 倍": lambda X: X.repeat_interleave(2, 0).repeat_interleave(2, 1),
}
for change_name, change in changes.items():
    for kernel_name, k in kernels.items():
        unequal = circular(change(scene), k) != change(circular(scene, k))
        different = f"{unequal.sum()} of {unequal.numel()}"
        # zh: different = f"{unequal.numel()} 个中的 {unequal.sum()} 个"
        print(f"{change_name}, {kernel_name} kernel: {different} outputs differ")
        # zh: print(f"{change_name}，{kernel_name}：不同的输出是 {different}")

# %% [markdown] lang="en"
# The cross-shaped kernel passes the first test, because a rotation by 90 degrees leaves it unchanged. In general, convolution is equivariant neither to rotation nor to scale
# (Goodfellow et al., section 9.2). A network of ordinary convolutions must learn rotated and enlarged patterns from data. For rotations, a network can instead share its weights
# across them as well, for example across multiples of 90 degrees (Cohen and Welling 2016).
#
# <details><summary><b>Check yourself:</b> a linear function leaves the unit impulse δ unchanged. Is it the identity?</summary>
#
# If the function is also shift-equivariant, yes: then $f(X) = \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta = X$. Without equivariance, nothing is known about its outputs for the
# shifted impulses.
# </details>

# %% [markdown] lang="zh"
# 十字形的卷积核通过了第一项检验，因为它旋转 90 度后不变。一般说来，卷积对旋转和缩放都不等变（Goodfellow 等，第 9.2 节）。
# 所以由普通卷积构成的网络，要从数据中学习旋转和放大后的图案；对旋转，也可以让网络改为在各种转角（例如 90 度的倍数）之间共享权重（Cohen、Welling，2016）。
#
# <details><summary><b>自测：</b>某个线性函数作用于单位脉冲 δ，结果仍是 δ。它是恒等映射吗？</summary>
#
# 如果它还是平移等变的，那么是：$f(X) = \sum_{i,j} X_{i,j}\,T_{i,j}\,\delta = X$。如果不等变，它对平移后的脉冲输出什么，就无从知道。
# </details>

# %% [markdown] lang="en"
# ## 7 · Convolution before neural networks
#
# **Predict:** you roll two dice and add the numbers. Which total is the most likely, and in how many of the 36 cases does it occur?

# %% [markdown] lang="zh"
# ## 7 · 神经网络之前的卷积
#
# **先猜：** 掷两颗骰子，点数相加。哪个点数之和最容易出现？36 种情形里占几种？

# %% [markdown] lang="en" slide="slide"
# ## Convolution before neural networks
#
# You roll two dice and add the numbers.
#
# **Predict:** which total is the most likely? In how many of the 36 cases does it occur?

# %% [markdown] lang="zh" slide="slide"
# ## 神经网络之前的卷积
#
# 掷两颗骰子，点数相加。
#
# **先猜：** 哪个点数之和最容易出现？36 种情形里占几种？

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
# **Ask:** and the *difference* of two dice? Then the index runs forwards. This is the cross-correlation, which a "convolutional" layer computes. **Expect:** "so the name is wrong". For learned kernels the direction does not matter; chapter 02 shows it.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 和为七的情形排在一条反对角线上：一颗点数多，另一颗就少。所以 $g$ 的下标是反向的。
#
# **提问：** 两颗骰子的**差**呢？那时下标是正向的，这叫做互相关，“卷积”层算的正是它。**常见错误：** “那名字就错了。”对学出来的卷积核，方向没有影响，第 02 章会演示。

# %% [markdown] lang="en"
# The most likely total, seven, occurs in the six framed cases. For the total $n$, one die shows some $k$ and the other shows $n-k$. If the dice are independent and show $k$ with
# probabilities $f_k$ and $g_k$, this case has probability $f_k\,g_{n-k}$. Summed over $k$, these probabilities give the **convolution** of the two sequences:
#
# $$(f * g)_n = \sum_{k} f_k\,g_{n-k}$$
#
# In code, each entry of $f$ is multiplied by a shifted copy of $g$, and the results are added, as in section 6:

# %% [markdown] lang="zh"
# 最容易出现的和是七，占框出的六种情形。要使和为 $n$，一颗骰子掷出某个 $k$，另一颗就得掷出 $n-k$。如果两颗骰子相互独立，
# 掷出 $k$ 的概率分别是 $f_k$ 和 $g_k$，这种情形的概率就是 $f_k\,g_{n-k}$。对 $k$ 求和，得到两个序列的**卷积**：
#
# $$(f * g)_n = \sum_{k} f_k\,g_{n-k}$$
#
# 写成代码，就是用 $f$ 的每个元素乘以一份平移后的 $g$，再把结果相加，与第 6 节一样：


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
# For **functions** the sum becomes an integral, $(f * g)(t) = \int f(s)\,g(t-s)\,ds$. With a small step, the same program computes it approximately. The convolution of a box of
# width 1 with itself is a triangle:

# %% [markdown] lang="zh"
# 对**函数**，求和变成积分，$(f * g)(t) = \int f(s)\,g(t-s)\,ds$。取很小的步长，用同一个程序就能算出它的近似值。宽为 1 的矩形脉冲与自己卷积，得到三角脉冲：

# %%
step, box = 0.01, torch.ones(100)
triangle = convolve(box, box) * step
t = [step * (n - 24) for n in range(249)]  # from -0.24 to 2.24
# zh: t = [step * (n - 24) for n in range(249)]  # 从 -0.24 到 2.24
curves = {"box": F.pad(box, (25, 124)), "box * box": F.pad(triangle, (25, 25))}
# zh: curves = {"矩形脉冲": F.pad(box, (25, 124)), "矩形脉冲 * 矩形脉冲": F.pad(triangle, (25, 25))}
d2l.show_curves({name: values.tolist() for name, values in curves.items()}, "t", x=t)

# %% [markdown] lang="en"
# The total does not depend on which die comes first: **convolution is commutative**. For all sequences this follows if we write $n-k$ for $k$ in the sum:
# $\sum_k f_k\,g_{n-k} = \sum_k f_{n-k}\,g_k$.
#
# If the index of $g$ runs forwards, the sum $\sum_k f_k\,g_{k+n}$ gives the probabilities of the *difference* of the two numbers. This sum, the **cross-correlation**, equals a
# convolution with one sequence reversed. It is not commutative:

# %% [markdown] lang="zh"
# 点数之和与哪颗骰子在前无关：**卷积满足交换律**。对任意序列，只要在求和式里把 $k$ 换成 $n-k$，就能看出这一点：
# $\sum_k f_k\,g_{n-k} = \sum_k f_{n-k}\,g_k$。
#
# 如果 $g$ 的下标是正向的，和式 $\sum_k f_k\,g_{k+n}$ 给出的就是两个点数之**差**的概率。这个和式叫做**互相关**。它相当于先把其中一个序列反过来，再作卷积；它不满足交换律：

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
# **In two dimensions** both indices run backwards: $(f * g)_{i,j} = \sum_{a,b} f_{a,b}\,g_{i-a,\,j-b}$. Section 3 has $X_{i+a,\,j+b}$ with plus signs, so a
# "convolutional" layer computes a cross-correlation. For a learned kernel this makes no difference, because the layer can learn the reversed kernel just as well (chapter 02).
#
# <details><summary><b>Check yourself:</b> what does the product of two polynomials, such as $(1 + 2x)(3 + x + x^2)$, have to do with convolution? How long is the convolution of
# two sequences with 5 and 3 entries?</summary>
#
# To get $x^n$, one factor gives $x^k$ and the other $x^{n-k}$. So the coefficients of the product are the convolution of $(1, 2)$ and $(3, 1, 1)$, which is $(3, 7, 3, 2)$. The
# convolution of sequences with 5 and 3 entries has $5 + 3 - 1 = 7$ entries.
# </details>

# %% [markdown] lang="zh"
# **在二维中**，两个下标都是反向的：$(f * g)_{i,j} = \sum_{a,b} f_{a,b}\,g_{i-a,\,j-b}$。第 3 节的公式是 $X_{i+a,\,j+b}$，用的是加号，
# 所以“卷积”层算的是互相关。但卷积核是学出来的，这个差别没有影响：层学到的不过是翻转后的卷积核（第 02 章）。
#
# <details><summary><b>自测：</b>多项式相乘，例如 $(1 + 2x)(3 + x + x^2)$，与卷积有什么关系？长度为 5 和 3 的两个序列，卷积有多长？</summary>
#
# 要得到 $x^n$，一个因子取 $x^k$，另一个就取 $x^{n-k}$。所以乘积的系数就是 $(1, 2)$ 与 $(3, 1, 1)$ 的卷积，即 $(3, 7, 3, 2)$。
# 长度为 5 和 3 的两个序列，卷积的长度是 $5 + 3 - 1 = 7$。
# </details>

# %% [markdown] lang="en"
# ## 8 · Channels
#
# A colour image has three tables, for red, green and blue. Each table is a **channel**, bright in the figure where the image has much of that colour. In PyTorch the channels
# come first: (channels, height, width).

# %% [markdown] lang="zh"
# ## 8 · 通道
#
# 彩色图像有三张表，分别是红、绿、蓝。每张表叫做一个**通道**；图中某处越亮，这种颜色就越强。PyTorch 把通道放在最前面：（通道，高，宽）。

# %%
flower = d2l.photo("flower")
channels = {"red": flower[0], "green": flower[1], "blue": flower[2]}
d2l.show_images({"flower": flower} | channels)
# zh: channels = {"红": flower[0], "绿": flower[1], "蓝": flower[2]}
# zh: d2l.show_images({"花": flower} | channels)

# %% [markdown] lang="en"
# A kernel has one table of weights for each of the $c_i$ input channels, and their results are added. One kernel detects only one kind of pattern, so a layer has several
# kernels; their number is $c_o$. Each kernel makes a **feature map**, which is one output channel. With input channel $c$ and output channel $o$:
#
# $$H_{o,i,j} = u_o + \sum_{c}\;\sum_{a=-\Delta}^{\Delta}\;\sum_{b=-\Delta}^{\Delta} V_{o,c,a,b}\,X_{c,\,i+a,\,j+b}$$
#
# Weights are shared between positions, not between channels.
#
# **Predict:** how many parameters does `nn.Conv2d(3, 16, kernel_size=3)` have, with its biases?

# %% [markdown] lang="zh"
# 每个输入通道（共 $c_i$ 个）在卷积核里都有一张权重表，各通道的结果相加。一个卷积核只检测一种图案，所以一个层有多个卷积核，个数为 $c_o$。
# 每个卷积核得到一张**特征图**，也就是一个输出通道。用 $c$ 表示输入通道，$o$ 表示输出通道：
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
# There are $3\cdot 3\cdot 3\cdot 16 + 16 = 448$. Three kernels chosen by hand give the feature maps below, with positive values in blue and negative values in red:

# %% [markdown] lang="zh"
# 一共 $3\cdot 3\cdot 3\cdot 16 + 16 = 448$ 个。下面是三个手工选定的卷积核得到的特征图，正数为蓝色，负数为红色：

# %% [markdown] lang="en" slide="slide"
# ## Several kernels, all colours
#
# Three kernels compare red with green, right with left, and below with above. Positive values are blue, negative values red.
#
# **Predict:** how many parameters does `nn.Conv2d(3, 16, kernel_size=3)` have?

# %% [markdown] lang="zh" slide="slide"
# ## 多个卷积核，各种颜色
#
# 三个卷积核，分别比较红与绿、右与左、下与上。正数为蓝色，负数为红色。
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
# **2 min.** There are three input channels, and one feature map for each kernel. Blue is positive, red is negative. **Ask:** which map shows where the flower is, and which maps show the edges of its petals?
#
# **Expect:** $3\cdot 3\cdot 16 = 144$: the input channels are forgotten. Weights are shared between positions, not between channels. Chapter 06 has the rest.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 三个输入通道，每个卷积核得到一张特征图。蓝色为正，红色为负。**提问：** 哪张图显示花在哪里，哪几张显示花瓣的边缘？
#
# **常见错误：** $3\cdot 3\cdot 16 = 144$，漏了输入通道。只在位置之间共享权重，通道之间不共享。其余的见第 06 章。

# %% [markdown] lang="en"
# The first map shows where the flower is: its orange petals have more red than green, so they are blue in the map. The other two show the edges of the petals. In a network, the
# weights are learned.
#
# <details><summary><b>Check yourself:</b> a second layer follows, nn.Conv2d(16, 32, kernel_size=5). How many weights does it have, without biases?</summary>
#
# It has $5 \cdot 5 \cdot 16 \cdot 32 = 12800$, because each of the 32 kernels has a table of weights for each of the 16 feature maps.
# </details>

# %% [markdown] lang="zh"
# 第一张图显示花在哪里：橙色花瓣的红比绿强，所以在图中是蓝色。另外两张显示花瓣的边缘。在网络里，这些权重是学出来的。
#
# <details><summary><b>自测：</b>后面再接一层 nn.Conv2d(16, 32, kernel_size=5)。不算偏置，它有多少个权重？</summary>
#
# $5 \cdot 5 \cdot 16 \cdot 32 = 12800$ 个，因为 32 个卷积核各有 16 张权重表，每张特征图一张。
# </details>

# %% [markdown] lang="en"
# ## Where this is used today
#
# ResNet-18 (He et al. 2016) begins with 64 kernels of $7\times 7$. We compare this layer with a fully connected and a locally connected layer of the same input and output sizes,
# and with the first layer of a vision transformer:

# %% [markdown] lang="zh"
# ## 今天用在哪里
#
# ResNet-18（He 等，2016）的第一层有 64 个 $7\times 7$ 的卷积核。拿它与输入输出大小相同的全连接层、局部连接层比较，
# 再与一个视觉 Transformer 的第一层比较：

# %% [markdown] lang="en" slide="slide"
# ## The first layer of ResNet-18
#
# 64 kernels of $7\times 7$ are applied to a colour image of $224\times 224$; the output is $112\times 112$.
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
# **2 min.** Multiply aloud: $64\cdot 3\cdot 7\cdot 7 = 9408$. A fully connected layer with the same input and output sizes has more than a hundred billion weights.
#
# **Ask:** what do vision transformers give up? They give up locality: in each attention layer every patch can influence every other. **Expect:** "they share no weights". They do: all patches go through the same weights.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 一起口算：$64\cdot 3\cdot 7\cdot 7 = 9408$。输入输出同样大小的全连接层，权重超过一千亿个。
#
# **提问：** 视觉 Transformer 放弃了什么？局部性：在每个注意力层里，任何图块都能影响其他图块。**常见错误：** “它们不共享权重。”其实共享：所有图块用的是同一组权重。

# %% [markdown] lang="en"
# A vision transformer cuts the image into patches, which exchange information in attention layers (Dosovitskiy et al. 2021). ViT-B/16 uses the same weights for every patch of
# $16\times 16$ pixels, but gives up weight sharing within a patch, and also locality: in each attention layer, every patch can influence every other. In that paper, vision
# transformers trained on ImageNet alone are less accurate than ResNets of comparable size; with far more training images they overtake them.

# %% [markdown] lang="zh"
# 视觉 Transformer 把图像切成图块，再由注意力层让图块交换信息（Dosovitskiy 等，2021）。ViT-B/16 对每个 $16\times 16$ 像素的图块
# 都用同一组权重，但放弃了图块内部的权重共享。它还放弃了局部性：在每个注意力层里，任何图块都能影响其他图块。
# 在那篇论文里，只用 ImageNet 训练时，视觉 Transformer 的准确率低于大小相近的 ResNet；训练图像多得多时，则反过来超过它们。

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - a fully connected layer ignores which pixels are neighbours
# - **weight sharing:** one table for all positions
# - **locality:** $(2\Delta+1)^2$ weights remain
# - a linear function that is equivariant to circular shifts is a convolution
# - equivariant is not invariant; zero padding breaks equivariance at the border

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 像素的相邻关系，全连接层没有用到
# - **权重共享：** 所有位置共用一张表
# - **局部性：** 只剩 $(2\Delta+1)^2$ 个权重
# - 对循环平移等变的线性函数，就是卷积
# - 等变不等于不变；零填充使边界处不再等变

# %% [markdown] lang="en" slide="notes"
# **1 min.** Which assumptions lead to nine weights? Let one of those who voted no at the beginning answer. Set exercises 1 to 3. Next: in chapter 02 we compute convolutions by hand.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 从哪些假设得到九个权重？请一位开头投反对票的同学回答。布置练习 1 到 3。接下来：第 02 章动手算卷积。

# %% tags=["exercises"]
exercises.ch01

# %% [markdown] lang="en"
# ## Summary
#
# What must we assume about images before nine weights can replace $10^{12}$? **Weight sharing:** a pattern is worth detecting at every
# position, so all units use one table. **Locality:** nearby pixels are enough, so the table shrinks to $(2\Delta+1)^2$ weights. A fully
# connected layer makes neither assumption.
#
# If the kernel moves one pixel at a time (stride 1), weight sharing makes a layer equivariant to shifts, except at a zero-padded border. Conversely, a linear
# function that is equivariant to circular shifts must be a convolution. A sum or a maximum over all positions then makes the result invariant; with a
# non-linearity before it, the sum keeps information about patterns.
#
# **Next:** chapter 02 computes convolutions by hand, with loops, and with PyTorch's layer.
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
# - 3Blue1Brown, [But what is a convolution?](https://www.youtube.com/watch?v=KuXjwB4LzSA), a video on dice, products of polynomials, and images.

# %% [markdown] lang="zh"
# ## 小结
#
# 要让九个权重代替 $10^{12}$ 个，需要对图像作哪些假设？**权重共享：** 一种图案在每个位置都值得检测，所以所有单元共用一张表。
# **局部性：** 附近的像素就够用，所以这张表缩小到 $(2\Delta+1)^2$ 个权重。这两个假设，全连接层都没有作。
#
# 卷积核每次移动一个像素（步幅为 1）时，权重共享使层对平移等变，零填充的边界处除外。反过来，对循环平移等变的线性函数必定是卷积。
# 再对所有位置求和或取最大值，结果就是不变的。求和之前先经过非线性，就能保留图案的信息。
#
# **下一步：** 第 02 章动手算卷积：先用纸笔，再用循环，最后用 PyTorch 的层。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：《动手学深度学习》中“从全连接层到卷积”一节，第 3 节的推导在那里讲得更详细
#   （[英文版](https://d2l.ai/chapter_convolutional-neural-networks/why-conv.html)，[中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/why-conv.html)）。
# - Goodfellow、Bengio、Courville：[Deep Learning](https://www.deeplearningbook.org/contents/convnets.html)，第 9 章，讲稀疏连接、权重共享和等变性。
# - LeCun 等，1989：[Backpropagation Applied to Handwritten Zip Code Recognition](https://doi.org/10.1162/neco.1989.1.4.541)，在训练出来的网络里共享权重。
# - Zhang 等，2017：[Understanding deep learning requires rethinking generalization](https://arxiv.org/abs/1611.03530)。
# - Cohen、Welling，2016：[Group Equivariant Convolutional Networks](https://arxiv.org/abs/1602.07576)；He 等，2016：
#   [Deep Residual Learning](https://arxiv.org/abs/1512.03385)；Dosovitskiy 等，2021：[An Image is Worth 16x16 Words](https://arxiv.org/abs/2010.11929)。
# - 3Blue1Brown：[But what is a convolution?](https://www.youtube.com/watch?v=KuXjwB4LzSA)，一段视频，讲骰子、多项式乘法和图像。
