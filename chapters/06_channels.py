# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 06 Channels
#
# *A colour image has three channels. How does one kernel read all three at once, why does a layer have 64 output channels, and what
# does each of them cost?*
#
# **In this chapter you will**
# - compute a cross-correlation over several channels;
# - find an edge of colour that the grey image does not show;
# - see that a 1×1 convolution is a fully connected layer at each pixel;
# - count the multiply-adds of a layer and the memory of a training step;
# - make layers cheaper with groups;
# - say when two layers can be merged into one.
#
# **Time:** about 35 minutes to read and run, up to 120 more for the exercises. **You need:** chapters 02 and 03; from
# chapter 05, padding and stride.

# %% [markdown] lang="zh"
# # 06 通道
#
# **一张彩色图像有三个通道。一个卷积核怎样同时读取这三个通道？一层为什么要有 64 个输出通道？每个输出通道需要多少计算量和内存？**
#
# **学完本章，你将能够**
# - 计算多个通道上的互相关；
# - 找出灰度图上看不见的颜色边缘；
# - 看出 1×1 卷积其实就是用在每个像素上的全连接层；
# - 数出一层的乘加次数，算出一步训练要占多少内存；
# - 用分组减少一层的权重和计算量；
# - 判断两层什么时候可以合并成一层。
#
# **所需时间：** 阅读并运行约 35 分钟，练习另需最多 120 分钟。**预备知识：** 第 02、03 章，以及第 05 章的填充和步幅。

# %% [markdown] lang="en" slide="notes"
# **1 min.** Hold up three sheets of coloured foil, red, green and blue, if you have them. **Ask:** what does a photograph look like through each? (Three grey images, each bright in different places.)
#
# **Expect:** "then the layer treats each colour separately." Leave this open; the first two slides settle it.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 有条件的话，举起红、绿、蓝三张彩色透明纸。**提问：** 隔着每一张看照片，各是什么样子？（三张灰度图，亮的地方各不相同。）
#
# **常见错误：** “那么每种颜色各算各的。”先不纠正，头两张幻灯片会给出答案。

# %%
import torch
import torch.nn.functional as F
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import d2lutil as d2l
from d2lutil import exercises
from d2lutil.explorers import ChannelExplorer

# %% [markdown] lang="en"
# ## 1 · One kernel, two channels
#
# A colour photograph consists of three arrays of the same size, for red, green and blue. Each is called a **channel**, and so is each
# feature map of a layer. Below is an image with two channels, X0 and X1, and a kernel with one **slice** for each channel, K0 and K1. (In such
# grids positive numbers are blue and negative ones red; a stronger colour means a larger magnitude. A frame marks a window.)
#
# Place each slice on its own channel, multiply element by element, and add *all* the products.
#
# **Predict:** which single number comes out at the top left?

# %% [markdown] lang="zh"
# ## 1 · 一个卷积核，两个通道
#
# 一张彩色照片由三张同样大小的数字表组成，红、绿、蓝各一张。每一张叫一个**通道**（channel）；卷积层的每张特征图也是一个通道。
# 下图中，图像有两个通道，X0 和 X1；卷积核在每个通道上各有**一片**（slice），即 K0 和 K1。（这类数字表用颜色表示数的正负和大小：
# 正数为蓝，负数为红，绝对值越大，颜色越深。方框标出的是窗口。）
#
# 把每一片放到自己的通道上，对应的元素相乘，再把**所有**乘积加在一起。
#
# **先猜：** 左上角得到的那一个数是多少？

# %% [markdown] lang="en" slide="slide"
# ## One kernel, two channels
#
# The kernel has one *slice* for each channel. Multiply, then add all products.
#
# **Predict:** which single number comes out at the top left?

# %% [markdown] lang="zh" slide="slide"
# ## 一个卷积核，两个通道
#
# 卷积核在每个通道上各有**一片**。对应元素相乘，所有乘积相加。
#
# **先猜：** 左上角得到的那一个数是多少？

# %% tags=["slide"]
X = torch.stack([torch.arange(9.0).reshape(3, 3), torch.arange(1.0, 10.0).reshape(3, 3)])
K = torch.tensor([[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])
corner = (0, 0, 2, 2)
d2l.show_grids(mark={"X0": corner, "X1": corner}, X0=X[0], X1=X[1], K0=K[0], K1=K[1])

# %% [markdown] lang="en" slide="fragment"
# Slice 0: $0+1+6+12 = 19$. Slice 1: $1+4+12+20 = 37$. The output is 56.

# %% [markdown] lang="zh" slide="fragment"
# 第 0 片：$0+1+6+12 = 19$。第 1 片：$1+4+12+20 = 37$。输出是 56。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Give them one minute on paper for the eight products.
#
# **Expect:** two numbers, 19 and 37, one for each channel. Say that there is *one* output: all products are added.
#
# **Ask:** the kernel moves down and to the right. Does it also move along the channels? (No. It covers all of them from the start, so the output has no channel axis.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 给一分钟，让大家在纸上算这八个乘积。
#
# **常见错误：** 答两个数，19 和 37，一个通道一个。说明输出只有**一个**数：所有乘积都加在一起。
#
# **提问：** 卷积核向右、向下移动，它也沿通道移动吗？（不移动。它一开始就盖住了全部通道，所以输出没有通道这一条轴。）

# %%
products = X[:, 0:2, 0:2] * K
print(f"channel 0: {products[0].sum():.0f}, channel 1: {products[1].sum():.0f}")
print(f"output at the top left: {products.sum():.0f}")
# zh: print(f"通道 0：{products[0].sum():.0f}，通道 1：{products[1].sum():.0f}")
# zh: print(f"左上角的输出：{products.sum():.0f}")

# %% [markdown] lang="en"
# The window and the kernel are blocks, 2 channels deep, 2 rows high and 2 columns wide. The kernel moves right and down, but not along the channels, because it covers
# all of them already. The output therefore has no channel axis:
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# In other words: correlate each channel with its own slice, then add the results.

# %% [markdown] lang="zh"
# 窗口和卷积核都是立体的块：深 2 个通道，高 2 行，宽 2 列。卷积核向右、向下移动，但不沿通道移动，因为它已经盖住了全部通道。
# 所以输出没有通道这一条轴：
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 换句话说：每个通道与自己的那一片做互相关，再把结果加起来。


# %%
def multi_in(image, kernel):
    return sum(d2l.corr2d(x, k) for x, k in zip(image, kernel, strict=True))


d2l.show_grids({"output": multi_in(X, K)}, mark={"output": (0, 0, 1, 1)})
# zh: d2l.show_grids({"输出": multi_in(X, K)}, mark={"输出": (0, 0, 1, 1)})

# %% [markdown] lang="en"
# This is `d2l.corr2d_multi_in`. PyTorch's `F.conv2d` gives the same result. It expects the kernel to have one more axis, in front, for the output channels. Here we also give the
# image one, for the batch:

# %% [markdown] lang="zh"
# 这就是 `d2l.corr2d_multi_in`。PyTorch 的 `F.conv2d` 算出的结果相同，只是卷积核前面要多一条输出通道轴；这里给图像也加了一条批量轴：

# %%
d2l.compare(F.conv2d(X[None], K[None])[0, 0], d2l.corr2d_multi_in(X, K))

# %% [markdown] lang="en"
# **Predict:** a layer without bias has 2 input channels, 1 output channel and a $2\times 2$ kernel. How many weights does it have: 4, 8, or 8 and 2 more for the sum?

# %% [markdown] lang="zh"
# **先猜：** 一个卷积层有 2 个输入通道、1 个输出通道，卷积核是 $2\times 2$，不带偏置。它有几个权重：4 个，8 个，还是 8 个再加求和用的 2 个？

# %% [markdown] lang="en" slide="slide"
# ## The kernel is a block
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 2 channels in, 1 out, kernel $2\times 2$, no bias.
#
# **Predict:** how many weights: 4, 8, or 8 and 2 more for the sum?

# %% [markdown] lang="zh" slide="slide"
# ## 卷积核是一个立体的块
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 2 个通道进，1 个出，卷积核 $2\times 2$，不带偏置。
#
# **先猜：** 有几个权重：4 个，8 个，还是 8 个再加求和用的 2 个？

# %% tags=["slide-answer"]
two_to_one = nn.Conv2d(in_channels=2, out_channels=1, kernel_size=2, bias=False)
print(f"{two_to_one.weight.numel()} weights, shape {tuple(two_to_one.weight.shape)}")
# zh: print(f"{two_to_one.weight.numel()} 个权重，形状 {tuple(two_to_one.weight.shape)}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Take a vote on the three numbers before the key.
#
# **Expect:** 4 (the same table for every channel) and 10 (a weight for each channel). Each slice has its own weights, and the results are simply added. **Ask:** why would one more weight for each channel add nothing? (Multiply the slice by it instead.)
#
# **Ask:** how many weights does a "$5\times 5$ kernel" for a photograph have? (75. The depth is usually not mentioned.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 按键之前，让大家对三个数举手表决。
#
# **常见错误：** 4 个（每个通道用同一张表），或 10 个（每个通道再加一个权重）。每一片有自己的权重，各通道的结果直接相加。**提问：** 给每个通道再设一个权重，为什么没有用？（把那一片乘以这个数就行了。）
#
# **提问：** 用于照片的“$5\times 5$ 卷积核”有几个权重？（75 个。深度通常略去不提。）

# %% [markdown] lang="en"
# There are 8: each slice has its own weights, and the results are simply added. A kernel without a channel axis raises an error:

# %% [markdown] lang="zh"
# 是 8 个：每一片有自己的权重，各通道的结果直接相加。卷积核如果没有通道轴，就会报错：

# %%
try:
    d2l.corr2d_multi_in(X, K[0])
except ValueError as reason:
    print(reason)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a photograph has three channels. How many weights does one 5×5 kernel for it have?</summary>
#
# $3 \cdot 5 \cdot 5 = 75$. It is still called a $5\times 5$ kernel. Its depth is not mentioned, because it must equal the number of input channels.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>照片有三个通道。一个用于照片的 5×5 卷积核有多少个权重？</summary>
#
# $3 \cdot 5 \cdot 5 = 75$ 个。大家仍然叫它 $5\times 5$ 的卷积核：深度必须等于输入通道数，所以略去不提。
# </details>

# %% [markdown] lang="en"
# ## 2 · What a grey image loses
#
# Could we convert a colour image to grey first, and use one slice instead of three?
#
# In the test image below, the green is chosen so that both halves have the same grey value by
# the usual formula `0.299 R + 0.587 G + 0.114 B`.
#
# **Predict:** what is the response of the edge detector `[1, -1]` to the grey version of this image?

# %% [markdown] lang="zh"
# ## 2 · 灰度图丢掉了什么
#
# 能不能先把彩色图像转成灰度图，再用一片代替三片？
#
# 下面的测试图像里，绿色是特意挑的：按通常的灰度公式 `0.299 R + 0.587 G + 0.114 B`，两半的灰度值相同。
#
# **先猜：** 转成灰度图之后，边缘检测器 `[1, -1]` 的响应是多少？

# %% [markdown] lang="en" slide="slide"
# ## What a grey image loses
#
# Both halves have the same grey value.
#
# **Predict:** what is the response of `[1, -1]` to the *grey* image?

# %% [markdown] lang="zh" slide="slide"
# ## 灰度图丢掉了什么
#
# 左右两半的灰度值相同。
#
# **先猜：** 在**灰度图**上，`[1, -1]` 的响应是多少？

# %% tags=["slide"]
gray_weights = torch.tensor([0.299, 0.587, 0.114])
flag = torch.zeros(3, 6, 8)
flag[0, :, :4] = 1.0
flag[1, :, 4:] = 0.299 / 0.587
d2l.show_images({"red and green": flag}, width=3.6)
# zh: d2l.show_images({"左红右绿": flag}, width=3.6)

# %%
gray_flag = (gray_weights[:, None, None] * flag).sum(0)
edge = torch.tensor([[1.0, -1.0]])
largest = d2l.corr2d(gray_flag, edge).abs().max()
print(f"grey image: largest response {largest:.4f}")
# zh: print(f"灰度图：响应最大为 {largest:.4f}")

# %% [markdown] lang="en" slide="fragment"
# Zero everywhere. Different colours can have the same grey value.

# %% [markdown] lang="zh" slide="fragment"
# 处处为零。不同的颜色可以有相同的灰度值。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Show the formula: `0.299 R + 0.587 G + 0.114 B`. The green is chosen so that both halves get the same value.
#
# **Ask:** could a better kernel find the border in the grey image? (No. The image is constant there.) Is there a kernel for the *colour* image that finds it?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 给出灰度公式：`0.299 R + 0.587 G + 0.114 B`。绿色是特意挑的，好让两半得到同一个值。
#
# **提问：** 换一个更好的卷积核，能在灰度图里找到分界吗？（不能，灰度图处处一样。）在**彩色**图像上，有没有卷积核能找到它？

# %% [markdown] lang="en"
# The response is zero everywhere. Different colours can have the same grey value, and a kernel that reads only the grey image cannot tell them apart.
#
# A kernel with three slices, however, can compare the channels. The next kernel has the same edge detector in each slice, multiplied by 1, −1 and 0 in turn.
#
# **Predict:** at the border, red falls by 1 and green rises by 0.51. What is the response?

# %% [markdown] lang="zh"
# 响应处处为零。不同的颜色可以有相同的灰度值，只读灰度图的卷积核无法把它们分开。
#
# 有三片的卷积核却可以比较各个通道。下面这个卷积核，每一片都是同一个边缘检测器，依次乘以 1、−1 和 0。
#
# **先猜：** 在分界处，红色值下降 1，绿色值上升 0.51。响应是多少？

# %% [markdown] lang="en" slide="slide"
# ## A kernel for an edge of colour
#
# The same edge detector in each slice, multiplied by 1, −1 and 0 in turn.
#
# **Predict:** at the border, red falls by 1 and green rises by 0.51. What is the response?

# %% [markdown] lang="zh" slide="slide"
# ## 检测颜色边缘的卷积核
#
# 每一片都是同一个边缘检测器，依次乘以 1、−1 和 0。
#
# **先猜：** 在分界处，红色值下降 1，绿色值上升 0.51。响应是多少？

# %% tags=["slide-answer"]
red_minus_green = torch.tensor([1.0, -1.0, 0.0])
K_color = red_minus_green[:, None, None] * edge
Y_color = d2l.corr2d_multi_in(flag, K_color)
d2l.show_grids({"red": K_color[0], "green": K_color[1], "blue": K_color[2], "output": Y_color})
# zh: d2l.show_grids({"红": K_color[0], "绿": K_color[1], "蓝": K_color[2], "输出": Y_color})

# %% [markdown] lang="en" slide="notes"
# **2 min.** **Expect:** 0.49, because one falls and the other rises. The green slice has the opposite sign, so the two changes add up: $1 + 0.51$.
#
# **Ask:** which channel has no influence here? Would a kernel with other factors also respond to the border? (Most do. The grey factors do not.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** **常见错误：** 一降一升，答 0.49。绿色那一片的符号相反，两个变化相加：$1 + 0.51$。
#
# **提问：** 这里哪个通道不起作用？换成别的系数，对这条分界还有响应吗？（多数都有，灰度公式的系数没有。）

# %% [markdown] lang="en"
# The response is 1.51: the slice for green has the opposite sign, so the two changes add up. Ewald Hering proposed in 1874 (and in a book of 1878) that human colour vision
# works with three such pairs of **opponent colours**: red against green, yellow against blue, and black against white.
#
# Now for a photograph:

# %% [markdown] lang="zh"
# 响应是 1.51：绿色那一片的符号相反，两个变化就加在一起。赫林（Ewald Hering）在 1874 年提出（1878 年成书），人的色觉依靠三对这样的**对立色**（opponent colours）：红对绿，黄对蓝，黑对白。
#
# 再来看一张照片：

# %%
roof = d2l.photo("china")[:, 30:230, 80:380]
d2l.show_images({"the photograph": roof}, width=5)
# zh: d2l.show_images({"照片": roof}, width=5)

# %% [markdown] lang="en"
# **Play:** build a detector of orange tiles for this photograph. The three numbers in the explorer's row are the factors for red, green and blue; pixel values run
# from 0 to 255. The output is white at zero, blue above and red below. The menu *all kernels* sets the kernel; keep *identity* at first.
#
# **Your task:** find factors that make the hazy sky low on the right nearly white and leave the tiles coloured. The cell below the explorer prints the mean magnitude of
# the response on part of the sky and part of the tiles. Aim for less than 15 on the sky and more than 40 on the tiles. What do such factors have in common?

# %% [markdown] lang="zh"
# **动手：** 用这张照片造一个橙色瓦片的检测器。演示里那一行的三个数，是红、绿、蓝三个通道的系数；像素值从 0 到 255。输出为零的地方显示为白色，
# 正数为蓝，负数为红。菜单**全部卷积核**用来设定卷积核，先保持“恒等”。
#
# **任务：** 找出几组系数，使右边低处雾蒙蒙的天空几乎变白，瓦却仍有颜色。演示下方的单元格会在天空和瓦上各取一块，算出响应的平均绝对值。
# 目标：天空小于 15，瓦大于 40。这样的系数有什么共同点？

# %% [markdown] lang="en" slide="slide"
# ## Play: build a detector
#
# **Task:** find three factors that turn the hazy sky low on the right white (zero), but not the tiles.

# %% [markdown] lang="zh" slide="slide"
# ## 动手：造一个检测器
#
# **任务：** 找三个系数，让右边低处雾蒙蒙的天空变白（也就是零），瓦却不变白。

# %% tags=["explorer", "slide"]
detector = ChannelExplorer(roof, [[1.0, 1.0, 1.0]], display="signed")
detector

# %% [markdown] lang="en" slide="notes"
# **4 min.** E enters the explorer, Tab moves to the three numbers, arrow keys or digits change them, Escape leaves. Begin with 1, 1, 1: everything responds. Let the class call out numbers; change one at a time.
#
# **Answer:** for instance 1, −1, 0 or 1, −0.5, −0.5. **Ask:** what do the two have in common? (They sum to zero. The hazy sky low on the right is almost grey, so its three channels nearly cancel. The blue sky above keeps some colour.)
#
# **Lead on:** each set of factors misses some edges of colour, so a layer should have several sets.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 按 E 进入演示，用 Tab 走到三个数，用方向键或直接输入来修改，按 Esc 离开。从 1, 1, 1 开始：处处有响应。让大家报数，一次只改一个。
#
# **答案：** 例如 1, −1, 0，或 1, −0.5, −0.5。**提问：** 这两组有什么共同点？（三个数之和为零。右边低处的天空雾蒙蒙的，接近灰色，三个通道几乎互相抵消；上方的蓝天仍留有一点颜色。）
#
# **由此引出：** 每一组系数都会漏掉某些颜色边缘，所以一层应该有好几组。


# %%
def sky_and_tiles(explorer):
    """Mean magnitude of the response on two areas: hazy sky at the right, tiles of the upper roof."""
    # zh: """响应在两块区域上的平均绝对值：右边低处的天空，上层屋顶的瓦。"""
    response = explorer.output[0].abs()
    return response[48:64, 104:128].mean().item(), response[24:32, 48:64].mean().item()


sky, tiles = sky_and_tiles(detector)
print(f"your factors: sky {sky:.0f}, tiles {tiles:.0f}")
# zh: print(f"你的系数：天空 {sky:.0f}，瓦 {tiles:.0f}")

# %% [markdown] lang="en"
# Two solutions, and one set of factors that misses the target:

# %% [markdown] lang="zh"
# 两组答案，还有一组没有达到目标的系数：

# %%
for row in ([1, -1, 0], [1, -0.5, -0.5], [0, 1, -1]):
    sky, tiles = sky_and_tiles(ChannelExplorer(roof, [row]))
    print(f"{row}: sky {sky:.0f}, tiles {tiles:.0f}")
    # zh: print(f"{row}：天空 {sky:.0f}，瓦 {tiles:.0f}")

# %% [markdown] lang="en"
# In each row the factors sum to zero. The three channels of the hazy sky are nearly equal, so they nearly cancel. (The sky at the top is bluer and keeps some colour.)
# A sum of zero is not enough, though: in the tiles red is much larger than green and blue, and the third row does not use red. (Doubled, to `[0, 2, -2]`, it reaches the two
# numbers, 12 and 61. But its response to the tiles is still only about 5 times its response to the sky; in the first row it is about 25 times.)
#
# <details><summary><b>Check yourself:</b> take the Sobel kernel that compares left with right ("vertical edge" in the explorer) in each slice, with all three factors 1. Does it respond to the border of the red and green image?</summary>
#
# Yes: red falls by 1, green rises by $0.299/0.587 \approx 0.51$, and the two changes do not cancel. With the factors of the grey formula they cancel.
# Whichever set of factors we choose, there are pairs of colours that this set alone cannot tell apart, so a layer should use several sets.
# </details>

# %% [markdown] lang="zh"
# 这三行系数，每一行之和都是零。雾蒙蒙的那片天空，三个通道几乎相等，所以几乎互相抵消。（上方的天空更蓝，仍留有一点颜色。）
# 不过，只有和为零还不够：瓦的红色值远大于绿色值和蓝色值，而第三行恰恰没有用到红色。（系数加倍，取 `[0, 2, -2]`，就达到了这两个数字：天空 12，瓦 61。
# 但瓦上的响应仍只有天空的 5 倍左右，而第一行约为 25 倍。）
#
# <details><summary><b>自测：</b>每一片都用比较左右两侧的 Sobel 卷积核（演示里叫“竖直边缘”），三个系数都取 1。它对红绿图像的分界有响应吗？</summary>
#
# 有：红色值下降 1，绿色值上升 $0.299/0.587 \approx 0.51$，两个变化不能抵消。取灰度公式的系数，就恰好抵消。
# 无论选哪一组系数，只用一组，总有一些颜色分不开，所以一层应该多用几组。
# </details>

# %% [markdown] lang="en"
# ## 3 · Several output channels
#
# To produce several feature maps, a layer has several kernels, each as deep as the input. It stacks their outputs, and the stack can be the input of the next layer.
#
# **Predict:** the second kernel is `K + 1` and the third `K + 2` (1 or 2 added to each of the eight weights). What are the shapes of the
# stacked kernels and of the output? The first feature map has 56 at the top left; what does the second have there?

# %% [markdown] lang="zh"
# ## 3 · 多个输出通道
#
# 要得到多张特征图，一层就要有多个卷积核。每个卷积核都与输入一样深，各给出一张特征图。把这些特征图叠起来，就是这一层的输出，它又可以作为下一层的输入。
#
# **先猜：** 第二个卷积核是 `K + 1`，第三个是 `K + 2`（八个权重各加 1 或 2）。叠起来的卷积核是什么形状？输出是什么形状？
# 第一张特征图的左上角是 56，第二张的左上角是多少？

# %%
K3 = torch.stack([K, K + 1, K + 2])
tuple(K3.shape)

# %%
Y3 = d2l.corr2d_multi_in_out(X, K3)
Y3

# %% [markdown] lang="en"
# At the top left, each step from one feature map to the next adds 20, the sum of the eight pixels in the window there: if every weight grows by 1, every pixel is added
# once more.
#
# The weight of a layer thus has four axes, for output channels, input channels, height and width:
#
# $$c_o \times c_i \times k_h \times k_w$$
#
# These are $c_o$ kernels, each $c_i$ deep. There is one bias for each output channel.

# %% [markdown] lang="zh"
# 在左上角，从一张特征图到下一张，每次加 20，正是那个窗口里八个像素之和：每个权重加 1，每个像素就多加一次。
#
# 所以一层的权重有四条轴，依次是输出通道、输入通道、高、宽：
#
# $$c_o \times c_i \times k_h \times k_w$$
#
# 也就是 $c_o$ 个卷积核，每个深 $c_i$。偏置是每个输出通道一个。

# %%
first = nn.Conv2d(in_channels=3, out_channels=64, kernel_size=(5, 7))
print(f"weight {tuple(first.weight.shape)}, bias {tuple(first.bias.shape)}")
print(f"parameters: 64 * 3 * 5 * 7 + 64 = {sum(p.numel() for p in first.parameters())}")
# zh: print(f"权重 {tuple(first.weight.shape)}，偏置 {tuple(first.bias.shape)}")
# zh: print(f"参数：64 * 3 * 5 * 7 + 64 = {sum(p.numel() for p in first.parameters())}")

# %% [markdown] lang="en"
# Is output 0 "the red output", computed from input 0 alone? To find out, we give a layer three images. In each, one channel is 1 and the others are 0.
#
# **Predict:** which outputs respond to which input?

# %% [markdown] lang="zh"
# 输出 0 是不是只由输入 0 算出，成了“红色的输出”？为了弄清楚，我们给一层送进三张图像，每张只有一个通道是 1，其余是 0。
#
# **先猜：** 哪些输出对哪个输入有响应？

# %% [markdown] lang="en" slide="slide"
# ## Is there a red output?
#
# A layer has 3 input and 4 output channels. Only one input channel is non-zero at a time.
#
# **Predict:** which outputs respond to which input?

# %% [markdown] lang="zh" slide="slide"
# ## 有没有“红色的输出”？
#
# 一层有 3 个输入通道、4 个输出通道。每次只让一个输入通道非零。
#
# **先猜：** 哪些输出对哪个输入有响应？


# %% tags=["slide-answer"]
def who_reads_whom(layer):
    """1 where an output (row) responds to an input channel (column), 0 elsewhere."""
    # zh: """输出（行）对输入通道（列）有响应的地方是 1，其余是 0。"""
    one_channel_each = torch.eye(layer.in_channels)[:, :, None, None].expand(-1, -1, 3, 3)
    return (layer(one_channel_each).abs().amax(dim=(2, 3)) > 0).T.float()


torch.manual_seed(0)
three_to_four = nn.Conv2d(in_channels=3, out_channels=4, kernel_size=3, bias=False)
d2l.show_grids({"rows: outputs, columns: inputs": who_reads_whom(three_to_four)})
# zh: d2l.show_grids({"行：输出，列：输入": who_reads_whom(three_to_four)})

# %% [markdown] lang="en" slide="fragment"
# By default, every output reads *every* input: $c_o \times c_i \times k_h \times k_w$ weights, $c_o$ biases.

# %% [markdown] lang="zh" slide="fragment"
# 默认情况下，每个输出都读**每个**输入：权重 $c_o \times c_i \times k_h \times k_w$ 个，偏置 $c_o$ 个。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Rows are outputs, columns are inputs. **Expect:** a diagonal, red to red and green to green. Ask where the fourth output would come from.
#
# Read the shape from the left: $c_o$ kernels, each $c_i$ deep. **Ask:** 64 channels in, 128 out, $3\times 3$. How many weights? ($128 \cdot 64 \cdot 9 = 73{,}728$.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一行是一个输出，一列是一个输入。**常见错误：** 以为只有对角线上有响应，红对红、绿对绿。问一问：第四个输出从哪里来？
#
# 形状从左往右读：$c_o$ 个卷积核，每个深 $c_i$。**提问：** 64 个通道进，128 个出，$3\times 3$，有多少个权重？（$128 \cdot 64 \cdot 9 = 73{,}728$。）

# %% [markdown] lang="en"
# By default **every output reads every input**: each output is computed from all input channels. The number $c_o$ need not equal $c_i$. Here is one layer with four
# kernels, written by hand for the photograph:

# %% [markdown] lang="zh"
# 默认情况下，**每个输出都读每个输入**：它由全部输入通道算出。$c_o$ 不必等于 $c_i$。下面是用于那张照片的一层，它有四个手写的卷积核：

# %%
sobel_y = torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]]) / 8
blur = torch.ones(3, 3) / 9
bank = torch.stack(
    [
        gray_weights[:, None, None] * blur,
        red_minus_green[:, None, None] * blur,
        gray_weights[:, None, None] * sobel_y,
        red_minus_green[:, None, None] * sobel_y,
    ]
)
maps = F.conv2d(roof[None], bank)[0]
print(f"kernels {tuple(bank.shape)}, feature maps {tuple(maps.shape)}")
# zh: print(f"卷积核 {tuple(bank.shape)}，特征图 {tuple(maps.shape)}")

# %% [markdown] lang="en" slide="slide"
# ## One layer, four feature maps

# %% [markdown] lang="zh" slide="slide"
# ## 一层，四张特征图

# %% tags=["slide"]
titles = ["brightness", "red minus green"]
# zh: titles = ["亮度", "红减绿"]
titles += [f"horizontal edges of {name}" for name in titles]
# zh: titles += [f"{name}的水平边缘" for name in titles]
d2l.show_images(dict(zip(titles, maps, strict=True)), columns=2)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Each pixel goes in as 3 numbers and comes out as 4. **Ask:** which map would you use to find tiles? Which two together, to find the border between tiles and green eaves?
#
# Say that each map has its own scale, so zero is not the same grey in every map, and that the next layer reads all maps at once. **Expect:** "so each channel means something." These kernels were written by hand. Learned channels need not have a meaning that people can name.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每个像素进去时是 3 个数，出来时是 4 个数。**提问：** 要找瓦，该看哪一张？要找瓦与绿色檐边的分界，该同时看哪两张？
#
# 说明每张图按自己的取值范围显示，表示零的灰色也就不同；下一层会同时读取全部特征图。**常见错误：** “每个通道都有自己的含义。”这里的卷积核是手写的；学出来的通道未必有说得清的含义。

# %% [markdown] lang="en"
# (Each map has its own scale, from its minimum, black, to its maximum, white. So zero is not the same grey in every map.)
#
# A layer has many output channels, 64 for example, so that each can describe the surroundings of a pixel in its own way. The next layer reads
# all of them and can respond to combinations, for example to an edge of colour without an edge of brightness.
# In a network the kernels are learned together (chapter 04), and a channel need not have a meaning that people can name.
#
# <details><summary><b>Check yourself:</b> the next layer reads these 64 channels and has 128 output channels and 3×3 kernels. How many weights does it have?</summary>
#
# It has $128 \cdot 64 \cdot 3 \cdot 3 = 73{,}728$ weights, and 128 biases. Each of the 128 kernels is 64 deep.
# </details>

# %% [markdown] lang="zh"
# （每张特征图各按自己的取值范围显示：最小值为黑，最大值为白。所以各图里表示零的灰色并不相同。）
#
# 一层之所以要有许多输出通道，比如 64 个，是为了从不同方面描述每个像素周围的情况。下一层读取全部通道，
# 可以对它们的组合有响应，比如“颜色有边缘，而亮度没有边缘”。在网络里，这些卷积核是一起学出来的（第 04 章），一个通道未必有说得清的含义。
#
# <details><summary><b>自测：</b>下一层读取这 64 个通道，有 128 个输出通道，卷积核 3×3。它有多少个权重？</summary>
#
# $128 \cdot 64 \cdot 3 \cdot 3 = 73{,}728$ 个，另有 128 个偏置。这 128 个卷积核，每个都深 64。
# </details>

# %% [markdown] lang="en"
# ## 4 · The 1×1 convolution
#
# With one channel, a $1\times 1$ kernel only multiplies each pixel by a number. What does it do with many channels?
#
# **Predict:** shuffle the pixels of an image, then apply a layer. Or apply the layer, then shuffle its output in the same way. (The channels of a pixel stay together.)
# Is the result the same for a $1\times 1$ layer? For $3\times 3$?

# %% [markdown] lang="zh"
# ## 4 · 1×1 卷积
#
# 只有一个通道时，$1\times 1$ 的卷积核不过是给每个像素乘一个数。通道多了，它做的又是什么？
#
# **先猜：** 先把一张图像的像素打乱，再送进一个卷积层；或者先送进这个卷积层，再把输出按同样的次序打乱。（同一像素的各个通道一起移动。）
# 对 $1\times 1$ 的层，结果相同吗？$3\times 3$ 呢？

# %% [markdown] lang="en" slide="slide"
# ## The $1\times 1$ convolution
#
# Shuffle the pixels, then apply a layer. Or apply the layer, then shuffle in the same way.
#
# **Predict:** is the result the same? For $1\times 1$? For $3\times 3$?

# %% [markdown] lang="zh" slide="slide"
# ## $1\times 1$ 卷积
#
# 先打乱像素，再送进一层；或者先送进这一层，再按同样的次序打乱。
#
# **先猜：** 结果相同吗？$1\times 1$ 呢？$3\times 3$ 呢？

# %% tags=["slide-answer"]
torch.manual_seed(0)
images = torch.randn(2, 5, 6, 7)  # two images with five channels
# zh: images = torch.randn(2, 5, 6, 7)  # 两张图像，五个通道
order = torch.randperm(6 * 7)


def shuffled(images):
    return images.flatten(2)[:, :, order].reshape(images.shape)


for k in (1, 3):
    layer = nn.Conv2d(in_channels=5, out_channels=4, kernel_size=k, padding="same")
    same = d2l.compare(layer(shuffled(images)), shuffled(layer(images))).same
    print(f"{k}×{k}: " + ("the same result" if same else "different results"))
    # zh: print(f"{k}×{k}：" + ("结果相同" if same else "结果不同"))

# %% [markdown] lang="en" slide="fragment"
# A $1\times 1$ layer is a *fully connected layer at each pixel*, with the same weights everywhere.

# %% [markdown] lang="zh" slide="fragment"
# $1\times 1$ 的层，就是**用在每个像素上的全连接层**，处处用同样的权重。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Expect:** "a $1\times 1$ kernel only multiplies by a number." That is true with one channel. With several, each output is a weighted sum of all $c_i$ numbers of the pixel.
#
# **Ask:** one bias in all, or one per output? (One per output. The output for a black image shows them.)
#
# **Ask:** 256 channels are to become 64, each computed from all of them. Which kind of layer does this with the fewest weights? ($1\times 1$: $256 \cdot 64 = 16{,}384$. A $3\times 3$ layer needs nine times as many.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **常见错误：** “$1\times 1$ 的卷积核不过是乘一个数。”只有一个通道时确实如此。通道多了，每个输出都是该像素 $c_i$ 个数的加权和。
#
# **提问：** 偏置是总共一个，还是每个输出一个？（每个输出一个。把全黑的图像送进去就看得到。）
#
# **提问：** 要把 256 个通道变成 64 个，而且每个都由原来的全部通道算出，哪种层的权重最少？（$1\times 1$：$256 \cdot 64 = 16{,}384$ 个。$3\times 3$ 的层是它的九倍。）

# %% [markdown] lang="en"
# A **1×1 convolution** (pointwise convolution) treats every pixel separately and in the same way, so the order of the pixels does not matter. From the $c_i$ numbers of a pixel it computes $c_o$ new ones, each a weighted sum plus a
# bias. So it is a **fully connected layer, applied at each pixel**. We check this with `nn.Linear`. It works on the last axis, so `movedim` moves the channels there and back:

# %% [markdown] lang="zh"
# **1×1 卷积**（也叫逐点卷积，pointwise convolution）单独处理每个像素，对所有像素一视同仁，所以像素的次序无关紧要。它由一个像素的 $c_i$ 个数算出 $c_o$ 个新数，每个都是加权和再加偏置。
# 所以它就是**用在每个像素上的全连接层**。用 `nn.Linear` 检验一下。它作用在最后一条轴上，所以先用 `movedim` 把通道移到那里，算完再移回来：

# %%
torch.manual_seed(0)
conv = nn.Conv2d(in_channels=5, out_channels=4, kernel_size=1)
linear = nn.Linear(in_features=5, out_features=4)
with torch.no_grad():
    linear.weight.copy_(conv.weight[:, :, 0, 0])
    linear.bias.copy_(conv.bias)
at_each_pixel = linear(images.movedim(1, -1)).movedim(-1, 1)
d2l.compare(at_each_pixel, conv(images), tolerance=1e-6)

# %% [markdown] lang="en"
# Here, on a CPU and in `float32`, the two differ by less than one millionth. On your device the difference may be larger (exercise 7):

# %% [markdown] lang="zh"
# 这里是在 CPU 上用 `float32` 计算的，两者相差不到百万分之一。换成你的设备，差别也许更大（练习 7）：

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
on_device = F.conv2d(*(part.to(device) for part in (images, conv.weight, conv.bias))).cpu()
print(f"{device.type}: the difference is at most {(on_device - at_each_pixel).abs().max():.0e}")
# zh: print(f"{device.type}：最多相差 {(on_device - at_each_pixel).abs().max():.0e}")

# %% [markdown] lang="en"
# There are $c_o \cdot c_i$ weights and $c_o$ biases. For a black pixel, whose channels are all zero, only the biases are left:

# %% [markdown] lang="zh"
# 权重有 $c_o \cdot c_i$ 个，偏置有 $c_o$ 个。像素全黑时，各通道都是零，剩下的只有偏置：

# %%
black = conv(images.new_zeros(1, 5, 1, 1)).flatten()
print(f"{conv.weight.numel()} weights, {conv.bias.numel()} biases")
print(f"outputs for a black pixel: {[round(y, 2) for y in black.tolist()]}")
# zh: print(f"{conv.weight.numel()} 个权重，{conv.bias.numel()} 个偏置")
# zh: print(f"全黑像素的输出：{[round(y, 2) for y in black.tolist()]}")

# %% [markdown] lang="en"
# With $c_i = c_o = 3$ the weight is a matrix that mixes colours. Each row says how much of the old red, green and blue goes into one new channel.
#
# **Play:** the explorer shows such a layer. With *amount* $t$, it uses the matrix
# $(1-t)\,I + t\,M$, where $M$ is the chosen matrix and $I$ is the identity matrix, which changes nothing. Before you press *swap red and blue*, predict the new colours of the tiles and of the
# blue sky at the top. Then choose grey and set $t = -1$, then $t = 2$.
#
# **Your task:** remove all red, and keep green and blue. What does white become? The cell below the explorer checks your matrix.

# %% [markdown] lang="zh"
# 取 $c_i = c_o = 3$，权重就是一个混合颜色的矩阵。它的每一行说明，一个新通道由旧的红、绿、蓝各取多少相加而成。
#
# **动手：** 下面的演示就是这样的一层。**程度**取 $t$ 时，所用的矩阵是
# $(1-t)\,I + t\,M$，其中 $M$ 是所选的矩阵，$I$ 是什么都不改变的单位矩阵。按**红蓝对调**之前先猜：瓦和上方的蓝天各会变成什么颜色？
# 再选灰度，取 $t = -1$，然后取 $t = 2$。
#
# **任务：** 去掉全部红色，保留绿和蓝。白色会变成什么颜色？演示下方的单元格会检查你的矩阵。

# %% [markdown] lang="en" slide="slide"
# ## Play: mix the colours
#
# **Task:** remove all red and nothing else. What does white become?

# %% [markdown] lang="zh" slide="slide"
# ## 动手：混合颜色
#
# **任务：** 去掉全部红色，别的都不变。白色会变成什么颜色？

# %% tags=["explorer", "slide"]
mixer = ChannelExplorer(roof)
mixer

# %% [markdown] lang="en" slide="notes"
# **4 min.** **Ask** first: which colours will *swap red and blue* give to the orange tiles and to the blue sky at the top? (Blue and pale orange. The hazy sky below stays almost grey.) E enters; press that button. Then *grey*: why are its three rows equal? Then *amount*: at $-1$ the colours move away from grey and become more saturated; at $2$ they pass grey and become the complementary colours.
#
# The task: the first row must be 0 0 0, the rest stays. White becomes cyan. Escape leaves.
#
# Stress that this is a *matrix* over three channels, not a window of $3\times 3$ pixels.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 先**提问：** “红蓝对调”会把橙色的瓦和上方的蓝天变成什么颜色？（蓝色和淡橙色。低处雾蒙蒙的天空仍接近灰色。）按 E 进入，按下这个按钮。再按“灰度”：三行为什么相同？再调“程度”：取 $-1$，颜色远离灰度，变得更鲜艳；取 $2$，越过灰度到另一边，成了补色。
#
# 任务：第一行填 0 0 0，其余不变。白色变成青色。按 Esc 离开。
#
# 强调：这是三个通道之间的**矩阵**，不是 $3\times 3$ 个像素的窗口。

# %%
red, *rest = mixer.output
kept = all(new.equal(old) for new, old in zip(rest, mixer.input[1:], strict=True))
print("red: " + ("some is left" if red.any() else "removed"))
print("green and blue: " + ("kept" if kept else "changed"))
# zh: print("红色：" + ("还有" if red.any() else "已去掉"))
# zh: print("绿和蓝：" + ("未变" if kept else "变了"))

# %% [markdown] lang="en"
# Swapping turns the tiles blue and the blue sky at the top pale orange; the hazy sky below stays almost grey. At $t = -1$ the colours move away from grey, so the saturation rises. At $t = 2$ they pass grey and become the complementary colours. A first row of `0 0 0` removes the red; white becomes cyan.
#
# <details><summary><b>Check yourself:</b> a layer has 256 output channels, and you need 64 channels, each computed from all 256. Which kind of layer does this with the fewest weights?</summary>
#
# A $1\times 1$ layer, with $256 \cdot 64 = 16{,}384$ weights. A $3\times 3$ layer needs nine times as many. ResNet-50 (He et al. 2016) uses $1\times 1$ layers to reduce its number of channels and to restore it.
# </details>

# %% [markdown] lang="zh"
# 红蓝对调后，瓦变成蓝色，上方的蓝天变成淡橙色，低处雾蒙蒙的天空仍接近灰色。取 $t = -1$，颜色远离灰度，饱和度提高；取 $t = 2$，颜色越过灰度到了另一边，成了补色。
# 第一行取 `0 0 0` 就去掉了红色，白色变成青色。
#
# <details><summary><b>自测：</b>一层有 256 个输出通道，你需要 64 个通道，每个都由全部 256 个算出。哪种层的权重最少？</summary>
#
# $1\times 1$ 的层，权重有 $256 \cdot 64 = 16{,}384$ 个；$3\times 3$ 的层是它的九倍。ResNet-50（He 等，2016）就用 $1\times 1$ 的层减少通道数，再恢复通道数。
# </details>

# %% [markdown] lang="en"
# ## 5 · What a layer costs
#
# **Arithmetic.** We count it in **multiply-adds** (MACs): one multiply-add is a product together with its addition to a sum. Let the output have $m_h\times m_w$ positions.
# Then it has $c_o m_h m_w$ elements, each a sum of $k_h k_w c_i$ products:
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# In words: every weight is used once at each output position.
#
# **Predict:** double both the input and the output channels. By what factor does the number of multiply-adds grow?

# %% [markdown] lang="zh"
# ## 5 · 一层需要多少计算量和内存
#
# **计算。** 计算量按**乘加**（multiply-add，MAC）来数：一次乘法，连同把乘积加到和里的那次加法，算一次乘加。设输出有 $m_h\times m_w$ 个位置，
# 那么它有 $c_o m_h m_w$ 个元素，每个都是 $k_h k_w c_i$ 个乘积之和：
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# 换句话说：在每个输出位置上，每个权重各用一次。
#
# **先猜：** 输入通道和输出通道都加倍，乘加次数变成原来的几倍？

# %% [markdown] lang="en" slide="slide"
# ## What a layer costs
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# **Predict:** double the input channels *and* the output channels. By what factor do the multiply-adds grow?

# %% [markdown] lang="zh" slide="slide"
# ## 一层需要多少计算量
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# **先猜：** 输入通道**和**输出通道都加倍，乘加次数变成几倍？


# %% tags=["slide-answer"]
def macs(layer, x):
    """Multiply-adds by the formula: number of weights times number of output positions."""
    # zh: """按公式算乘加次数：权重的个数乘以输出位置的个数。"""
    m_h, m_w = layer(x).shape[2:]
    return layer.weight.numel() * m_h * m_w


stage = torch.zeros(1, 64, 56, 56)
narrow = macs(nn.Conv2d(64, 64, kernel_size=3, padding=1), stage)
wide = macs(nn.Conv2d(128, 128, kernel_size=3, padding=1), stage.repeat(1, 2, 1, 1))
print(f"64 to 64: {narrow:,}, 128 to 128: {wide:,}, {wide // narrow} times as many")
# zh: print(f"64 到 64：{narrow:,}，128 到 128：{wide:,}，是 {wide // narrow} 倍")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Say the formula in words: every weight is used once at each output position. **Expect:** "twice". There are twice as many kernels, and each is twice as deep.
#
# **Ask:** what if height and width are halved at the same time? (Four times, divided by four. ResNets do both together, so their stages cost about the same.)
#
# Say that a multiply-add is two FLOPs, and that papers use both units.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 用一句话说出这个公式：在输出的每个位置上，每个权重各用一次。**常见错误：** 答两倍。卷积核的个数加倍，每个的深度也加倍。
#
# **提问：** 如果同时把高和宽减半呢？（乘以四，再除以四。ResNet 两样一起做，所以各阶段的计算量大致相同。）
#
# 说明一次乘加是两次浮点运算（FLOPs），论文里两种单位都用。

# %% [markdown] lang="en"
# Four times: there are twice as many kernels, and each is twice as deep.
#
# We can check the formula by counting. If all weights and pixels are 1, each product is 1, so the sum of the output is the number of products. If we pad with 1, products with
# padding are counted, too; if we pad with 0, they are left out.

# %% [markdown] lang="zh"
# 四倍：卷积核的个数加倍，每个的深度也加倍。
#
# 这个公式可以用计数来验证。权重和像素全取 1，每个乘积就是 1，输出之和便是乘积的个数。用 1 填充，与填充值的乘积也数到了；
# 用 0 填充，就不计它们。


# %%
def counted(layer, x, padded):
    """Multiply-adds, counted with image and weights of ones; padded is the padding value, 1 or 0."""
    # zh: """用全 1 的图像和权重来数乘加次数；padded 是填充值，1 或 0。"""
    p_h, p_w = layer.padding
    ones = F.pad(torch.ones_like(x), (p_w, p_w, p_h, p_h), value=padded)
    weight = torch.ones_like(layer.weight)
    output = F.conv2d(ones, weight, stride=layer.stride, groups=layer.groups)
    return int(output.double().sum())


# %%
stage_28 = torch.zeros(1, 64, 28, 28)
for layer in (
    nn.Conv2d(64, 128, kernel_size=1),
    nn.Conv2d(64, 128, kernel_size=(3, 5), padding=(1, 2)),
    nn.Conv2d(64, 128, kernel_size=3, padding=1, stride=2),
):
    formula = macs(layer, stage_28)
    every, real = counted(layer, stage_28, 1.0), counted(layer, stage_28, 0.0)
    print(f"formula {formula:>10,}, counted {every:>10,}, without padding {real:>10,}")
    # zh: print(f"公式 {formula:>10,}，数出 {every:>10,}，不计填充 {real:>10,}")

# %% [markdown] lang="en"
# The formula counts products with padding, too. So does PyTorch's `FlopCounterMode`, because it only applies the formula to the tensors' shapes. We can therefore use the `meta` device, whose tensors have a shape but no numbers.
# The unit of this counter is the **FLOP** (floating-point operation); one multiply-add is two of them. Here is the second of the three layers again:

# %% [markdown] lang="zh"
# 公式把与填充值的乘积也算在内。PyTorch 的 `FlopCounterMode` 同样如此，因为它只是把张量的形状代入公式，并不逐个去数。所以可以用 `meta` 设备，那里的张量只有形状，没有数值。
# 这个计数器的单位是**浮点运算**（FLOP），一次乘加是两次浮点运算。再算一遍上面三层中的第二层：

# %%
with torch.device("meta"):
    no_numbers = nn.Conv2d(64, 128, (3, 5), padding=(1, 2)), torch.empty(1, 64, 28, 28)
with FlopCounterMode(display=False) as counter:
    no_numbers[0](no_numbers[1])
flops, multiply_adds = counter.get_total_flops(), macs(*no_numbers)
ratio = flops / multiply_adds
print(f"{flops:,} FLOPs, {ratio:.0f} for each of {multiply_adds:,} multiply-adds")
# zh: print(f"{flops:,} 次浮点运算，每次乘加合 {ratio:.0f} 次；乘加共 {multiply_adds:,} 次")

# %% [markdown] lang="en"
# Libraries may use algorithms that need fewer multiplications than the definition, such as Winograd's (Lavin and Gray 2016).
#
# **Memory.** A training step stores **parameters**, a **gradient** for each, the **optimiser state** (for Adam two numbers per parameter), and **activations**: the
# input and the outputs of layers that the backward pass needs (chapter 08).
#
# **Predict:** which of the four takes the most memory in a network of three convolutions and a linear layer, with batches of 64 images of $32\times 32$ pixels?
#
# You need not read `training_step`: it takes one training step and returns the four sizes in bytes.

# %% [markdown] lang="zh"
# 程序库可以改用别的算法，所需的乘法次数比按定义计算要少，例如 Winograd 算法（Lavin、Gray，2016）。
#
# **内存。** 一步训练要保存四类数：**参数**；每个参数的**梯度**；**优化器状态**（optimiser state，Adam 为每个参数保存两个数）；还有**激活**（activations，具体的数也叫激活值），也就是反向传播要用到的输入和各层输出（第 08 章）。
#
# **先猜：** 一个网络有三个卷积层和一个全连接层，每批 64 张 $32\times 32$ 的图像。四类之中，哪一类占内存最多？
#
# 函数 `training_step` 不必细读：它训练一步，返回这四类数各占多少字节。

# %% [markdown] lang="en" slide="slide"
# ## The memory of a training step
#
# Three convolutions and a linear layer, batches of 64 images of $32\times 32$ pixels, Adam.
#
# **Predict:** which takes the most memory: parameters, gradients, optimiser state or activations?

# %% [markdown] lang="zh" slide="slide"
# ## 一步训练的内存
#
# 三个卷积层，一个全连接层，每批 64 张 $32\times 32$ 的图像，用 Adam。
#
# **先猜：** 参数、梯度、优化器状态、激活值，哪一类占内存最多？


# %%
def training_step(net, images, labels):
    """One step with Adam; bytes of parameters, gradients, optimiser state, activations."""
    # zh: """用 Adam 训练一步；返回参数、梯度、优化器状态、激活值各占多少字节。"""
    weights, kept = {p.data_ptr() for p in net.parameters()}, {}

    def keep(tensor):  # called for each tensor that is kept for the backward pass
        # zh: def keep(tensor):  # 每有一个张量为反向传播保存下来，就调用一次
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    adam = torch.optim.Adam(net.parameters())
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = F.cross_entropy(net(images), labels)
    loss.backward()
    adam.step()
    gradients = [p.grad for p in net.parameters()]
    state = [tensor for p in net.parameters() for tensor in adam.state[p].values()]
    counted = [sum(t.nbytes for t in part) for part in (net.parameters(), gradients, state)]
    return [*counted, sum(n for start, n in kept.items() if start not in weights)]


# %%
net = nn.Sequential(
    nn.Conv2d(3, 32, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.Conv2d(32, 64, kernel_size=3, padding=1, stride=2),
    nn.ReLU(),
    nn.Conv2d(64, 128, kernel_size=3, padding=1, stride=2),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(128, 10),
)

# %% tags=["slide-answer"]
for batch in (1, 64):
    images_32, labels = torch.zeros(batch, 3, 32, 32), torch.zeros(batch, dtype=torch.long)
    sizes = [f"{size / 1e6:.2f}" for size in training_step(net, images_32, labels)]
    print(f"batch of {batch}: parameters {sizes[0]} MB, gradients {sizes[1]} MB,")
    print(f"    optimiser state {sizes[2]} MB, activations {sizes[3]} MB")
    # zh: print(f"批量 {batch}：参数 {sizes[0]} MB，梯度 {sizes[1]} MB，")
    # zh: print(f"    优化器状态 {sizes[2]} MB，激活值 {sizes[3]} MB")

# %% [markdown] lang="en" slide="fragment"
# Activations grow in proportion to the batch. Over half of them are the feature maps of the *first* layer.

# %% [markdown] lang="zh" slide="fragment"
# 激活值占的内存随批量成比例增加，其中一半以上是**第一层**的特征图。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Expect:** "the parameters", or "the optimiser". Show both lines. For one image, the optimiser state does take the most. For a batch of 64, the activations take ten times as much as everything else together.
#
# **Ask:** a batch does not fit into memory. At which end of the network do you look first? (At the early layers: large maps, few weights.)
#
# Say what is not counted: the workspace of the library and temporary tensors.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **常见错误：** “参数”，或“优化器”。对照两行输出：只有一张图像时，占得最多的确实是优化器状态；一批 64 张时，激活值是其余各项总和的十倍。
#
# **提问：** 一批数据装不进内存，先看网络的哪一头？（靠前的层：特征图大，权重少。）
#
# 说明没有计入的：程序库的工作区和临时张量。

# %% [markdown] lang="en"
# The activations grow in proportion to the batch: for 64 images they take 15.5 MB, about ten times as much as the rest. The feature maps of the first
# layer (after its ReLU) take 8.4 MB of this, although that layer has under 1% of the parameters. If a batch does not fit into memory, look
# at the early layers first. Temporary tensors and the **workspace**, memory that a library borrows while it computes, are not counted here.
#
# <details><summary><b>Check yourself:</b> a 3×3 layer gets stride 2 instead of 1. Which of its costs fall, and which stay the same?</summary>
#
# The output has half as many rows and columns (up to rounding), so the multiply-adds and the stored output fall to a quarter. The number of parameters stays the same. Many networks double the number of channels at the same
# time. A following layer with twice as many input and output channels then needs as many multiply-adds as before (He et al. 2016).
# </details>

# %% [markdown] lang="zh"
# 激活值占的内存随批量成比例增加：64 张图像时是 15.5 MB，约为其余三类总和的十倍。其中第一层的特征图（经过 ReLU 之后）占 8.4 MB，
# 而这一层的参数还不到全部的 1%。一批数据装不进内存时，先看靠前的层。临时张量和**工作区**（workspace，即程序库计算时临时借用的内存）都没有计入。
#
# <details><summary><b>自测：</b>一个 3×3 的卷积层，步幅由 1 改为 2。哪些开销变小了，哪些不变？</summary>
#
# 输出的行数和列数都减半（除不尽时取整），所以乘加次数和要保存的输出都降到四分之一。参数的个数不变。许多网络同时把通道数加倍，
# 后面的层如果输入、输出通道都加倍，乘加次数就与原来相同（He 等，2016）。
# </details>

# %% [markdown] lang="en"
# ## 6 · Groups
#
# Must every output read every input? In a **grouped convolution** with `groups=g`, the input channels are divided, in order, into $g$ groups, and so are the output channels. Each output reads only the inputs of its own group.
#
# **Predict:** a layer has 4 input channels, 8 output channels, and `groups=2`. Which of the four numbers in the shape `(8, 4, 3, 3)` of its weight is divided by 2?

# %% [markdown] lang="zh"
# ## 6 · 分组
#
# 每个输出非要读每个输入不可吗？**分组卷积**（grouped convolution）设 `groups=g`，把输入通道和输出通道都按次序分成 $g$ 组，每个输出只读自己那一组输入。
#
# **先猜：** 一层有 4 个输入通道、8 个输出通道，`groups=2`。权重的形状 `(8, 4, 3, 3)` 里，哪一个数要除以 2？

# %% [markdown] lang="en" slide="slide"
# ## Groups
#
# 4 channels in, 8 out. Each output reads only the inputs of its group.
#
# **Predict:** which number of the shape `(8, 4, 3, 3)` does `groups=2` divide?

# %% [markdown] lang="zh" slide="slide"
# ## 分组
#
# 4 个通道进，8 个出，每个输出只读自己那一组输入。
#
# **先猜：** 权重的形状 `(8, 4, 3, 3)` 里，`groups=2` 除的是哪一个数？

# %% tags=["slide-answer"]
torch.manual_seed(0)
grouped = {g: nn.Conv2d(4, 8, kernel_size=3, groups=g, bias=False) for g in (1, 2, 4)}
reads = {g: who_reads_whom(layer) for g, layer in grouped.items()}
d2l.show_grids(
    {"1 group": reads[1], "2 groups": reads[2], "4 groups": reads[4]},
    caption="rows: outputs, columns: inputs",
    # zh: {"1 组": reads[1], "2 组": reads[2], "4 组": reads[4]},
    # zh: caption="行：输出，列：输入",
)

# %% [markdown] lang="en" slide="fragment"
# The *depth* of each kernel: `(8, 2, 3, 3)`, and with 4 groups `(8, 1, 3, 3)`.

# %% [markdown] lang="zh" slide="fragment"
# 每个卷积核的**深度**：`(8, 2, 3, 3)`；分 4 组就是 `(8, 1, 3, 3)`。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Rows are outputs, columns are inputs. **Expect:** "8 becomes 4." The number of outputs does not change: there are still 8 kernels and 8 biases. Weights and multiply-adds are halved.
#
# If there is time, return to the colour explorer and set *groups* to 3. **Ask** first: which of its five matrices are still possible? (Only those that mix nothing: *identity* and *negative of red*.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一行是一个输出，一列是一个输入。**常见错误：** “8 变成 4。”输出的个数不变：卷积核还是 8 个，偏置还是 8 个。减半的是权重和乘加次数。
#
# 有时间的话，回到混合颜色的演示，把“分组”设为 3。先**提问：** 五个矩阵里还有哪几个做得到？（只剩不混合的：“不变”和“红色取反”。）

# %%
for g, layer in grouped.items():
    print(f"groups={g}: weight {tuple(layer.weight.shape)}, {layer.weight.numel()} weights")
    # zh: print(f"分组数 {g}：权重的形状 {tuple(layer.weight.shape)}，共 {layer.weight.numel()} 个权重")

# %% [markdown] lang="en"
# The depth of each kernel falls from $c_i$ to $c_i/g$, so the numbers of weights and multiply-adds are divided by $g$, too; the numbers of biases and activations stay the same. A layer with two groups is two smaller layers side by side; AlexNet (Krizhevsky et al. 2012) ran some layers like this on two GPUs.
#
# With as many groups as input channels, each kernel is one slice deep. Such a **depthwise convolution** combines pixels, but not channels. A $1\times 1$ convolution combines channels, but not
# pixels. One after the other, the two form a **depthwise separable convolution**. Most of MobileNet (Howard et al. 2017) consists of such pairs.
#
# **Predict:** 64 channels in, 128 out, kernel $3\times 3$. Does the pair need about one half, one quarter or one eighth of an ordinary layer's multiply-adds?

# %% [markdown] lang="zh"
# 每个卷积核的深度由 $c_i$ 减为 $c_i/g$，所以权重个数和乘加次数也除以 $g$；偏置和激活值的个数不变。分两组的层，相当于并排的两个小层；AlexNet（Krizhevsky 等，2012）有几层就是这样分在两块 GPU 上算的。
#
# 有几个输入通道就分几组，每个卷积核便只剩一片，这叫**逐通道卷积**（depthwise convolution）：它组合像素，不组合通道。$1\times 1$ 卷积组合通道，不组合像素。
# 两者先后使用，叫做**深度可分离卷积**（depthwise separable convolution）。MobileNet（Howard 等，2017）的大部分就由这样成对的层搭成。
#
# **先猜：** 64 个通道进，128 个出，卷积核 $3\times 3$。这两层合起来，乘加次数大约是普通层的一半、四分之一，还是八分之一？

# %% [markdown] lang="en" slide="slide"
# ## Depthwise separable convolution
#
# First $3\times 3$ on each *channel* alone, then $1\times 1$ on each *pixel* alone. 64 in, 128 out.
#
# **Predict:** does it need one half, one quarter or one eighth of an ordinary layer's multiply-adds?

# %% [markdown] lang="zh" slide="slide"
# ## 深度可分离卷积
#
# 先 $3\times 3$，各**通道**分开算；再 $1\times 1$，各**像素**分开算。64 进，128 出。
#
# **先猜：** 乘加次数是普通层的一半、四分之一，还是八分之一？

# %% tags=["slide-answer"]
ordinary = nn.Conv2d(64, 128, kernel_size=3, padding=1, bias=False)
depthwise = nn.Conv2d(64, 64, kernel_size=3, padding=1, groups=64, bias=False)
pointwise = nn.Conv2d(64, 128, kernel_size=1, bias=False)
pair, whole = macs(depthwise, stage) + macs(pointwise, stage), macs(ordinary, stage)
print(f"pair {pair:,}, ordinary layer {whole:,} multiply-adds: {pair / whole:.3f}")
# zh: print(f"两层合计 {pair:,}，普通层 {whole:,} 次乘加：{pair / whole:.3f}")

# %% [markdown] lang="en" slide="fragment"
# About one eighth: $\frac{1}{c_o} + \frac{1}{k^2} = \frac{1}{128} + \frac{1}{9} \approx 0.119$

# %% [markdown] lang="zh" slide="fragment"
# 大约八分之一：$\frac{1}{c_o} + \frac{1}{k^2} = \frac{1}{128} + \frac{1}{9} \approx 0.119$

# %% [markdown] lang="en" slide="notes"
# **3 min.** Derive the ratio: $k^2 c_i$ and $c_i c_o$ at each position, against $k^2 c_i c_o$.
#
# **Ask:** what can the pair not do, if nothing lies between the two layers? (All outputs apply the same $3\times 3$ slice to channel $c$, only scaled.)
#
# **Expect:** "so it is eight times as fast." Multiply-adds are not seconds: the pair reads and writes more activations than the ordinary layer.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 推导这个比值：每个位置上是 $k^2 c_i$ 加 $c_i c_o$，与 $k^2 c_i c_o$ 相比。
#
# **提问：** 如果两层之间什么也没有，它们做不到什么？（所有输出对通道 $c$ 用的都是同一片 $3\times 3$，只差一个倍数。）
#
# **常见错误：** “那就快了八倍。”乘加次数不等于秒数：这两层要读写的激活值比普通层还多。

# %% [markdown] lang="en"
# At each position, the depthwise layer needs $k^2 c_i$ multiply-adds and the $1\times 1$ layer $c_i c_o$. The ordinary layer needs $k^2 c_i c_o$. So the ratio is
#
# $$\frac{k^2 c_i + c_i c_o}{k^2 c_i c_o} = \frac{1}{c_o} + \frac{1}{k^2}$$
#
# The time often falls by less, since the pair reads and writes more activations. The pair is also less expressive. If nothing lies between its two layers, it is one convolution with the kernel
#
# $$K_{o,c,a,b} = P_{o,c}\,D_{c,a,b}$$
#
# where $c$ is the input and $o$ the output channel, $D$ the depthwise kernel and $P$ the matrix of the $1\times 1$ layer. We check this:

# %% [markdown] lang="zh"
# 在每个位置上，逐通道的一层要 $k^2 c_i$ 次乘加，$1\times 1$ 的一层要 $c_i c_o$ 次；普通层要 $k^2 c_i c_o$ 次。所以比值是
#
# $$\frac{k^2 c_i + c_i c_o}{k^2 c_i c_o} = \frac{1}{c_o} + \frac{1}{k^2}$$
#
# 省下的时间往往没有这么多，因为这两层要读写的激活值比普通层更多。它们的表达能力也弱一些。两层之间什么也没有时，合起来就是一个卷积，卷积核是
#
# $$K_{o,c,a,b} = P_{o,c}\,D_{c,a,b}$$
#
# 其中 $c$ 是输入通道，$o$ 是输出通道，$D$ 是逐通道的卷积核，$P$ 是 $1\times 1$ 层的矩阵。验证一下：

# %%
torch.manual_seed(2)
four_channels = torch.randn(1, 4, 9, 10, dtype=torch.float64)
D, P = torch.randn(4, 1, 3, 3).double(), torch.randn(6, 4, 1, 1).double()
together = P * D.transpose(0, 1)  # (6, 4, 1, 1) * (1, 4, 3, 3)
d2l.compare(
    F.conv2d(F.conv2d(four_channels, D, groups=4), P), F.conv2d(four_channels, together)
)

# %% [markdown] lang="en"
# So all outputs apply the same slice $D_c$ to channel $c$, only scaled. This holds under two conditions: each input channel has one depthwise kernel (a **depth multiplier** of 1), and nothing
# lies between the two layers. MobileNet puts batch normalisation and a ReLU there.
#
# <details><summary><b>Check yourself:</b> every layer of a network is a convolution with groups=2 or works on each channel alone. Which input channels can never influence its first output channel?</summary>
#
# The second half of the input channels. In each layer, the first group of outputs reads only the first group of inputs, so the network consists of two networks that never exchange anything. ShuffleNet (Zhang et al. 2018) reorders
# the channels between grouped layers (exercise 4); a $1\times 1$ layer without groups also mixes them.
# </details>

# %% [markdown] lang="zh"
# 所以，所有输出对通道 $c$ 用的都是同一片 $D_c$，只差一个倍数。这有两个条件：每个输入通道只有一个逐通道的卷积核（**深度乘数**，depth multiplier，为 1），
# 而且两层之间什么也没有。MobileNet 在中间放了批归一化（batch normalization）和 ReLU。
#
# <details><summary><b>自测：</b>一个网络的每一层，要么是 groups=2 的卷积，要么对各通道分别作用。哪些输入通道永远影响不到它的第一个输出通道？</summary>
#
# 输入通道的后一半。在每一层里，第一组输出都只用到第一组输入，所以这是两个互不交换信息的网络。ShuffleNet（Zhang 等，2018）在分组的层之间重排通道（练习 4）；
# 不分组的 $1\times 1$ 层也能混合它们。
# </details>

# %% [markdown] lang="en"
# ## 7 · Two layers, or one?
#
# The depthwise and the $1\times 1$ layer of section 6 could be merged into one convolution. Is that because one of them is $1\times 1$?
#
# **Predict:** can one convolution replace two $2\times 2$ convolutions with nothing in between? If so, how large is its kernel?
#
# Let $A$ be the first kernel and $B$ the second. The second layer multiplies its weights by outputs of the first, and these are themselves sums of products. So element $u$ of the merged kernel $C$ is the sum of all
# products of an element of $A$ and an element of $B$ whose positions add up to $u$:
#
# $$C_u = \sum_{v+w=u} A_v B_w$$
#
# Each index stands for a row and a column. At stride 1 and without padding between the layers, $C$ is the "full" convolution of the two kernels (chapter 02), with $k_A + k_B - 1$ elements on each axis.
# Since `F.conv2d` does not flip its kernel, `in_one` flips $B$ first:

# %% [markdown] lang="zh"
# ## 7 · 两层，还是一层？
#
# 第 6 节里，逐通道的层和 $1\times 1$ 的层可以合并成一个卷积。是因为其中一层是 $1\times 1$ 吗？
#
# **先猜：** 两个 $2\times 2$ 的卷积，中间什么也没有，能不能用一个卷积代替？如果能，它的卷积核有多大？
#
# 设第一个卷积核是 $A$，第二个是 $B$。第二层的权重所乘的是第一层的输出，而这些输出本身又是乘积之和。所以，合并后的卷积核 $C$ 在位置 $u$ 上的元素是这样得到的：
# $A$ 与 $B$ 的元素两两相乘，再把位置之和等于 $u$ 的乘积加在一起。
#
# $$C_u = \sum_{v+w=u} A_v B_w$$
#
# 每个下标都表示一个位置（行和列）。在步幅为 1、两层之间没有填充时，$C$ 就是两个卷积核的完全（“full”）卷积（第 02 章），每条轴上有 $k_A + k_B - 1$ 个元素。
# `F.conv2d` 不翻转卷积核，所以 `in_one` 先翻转 $B$：

# %% [markdown] lang="en" slide="slide"
# ## Two layers, or one?
#
# Two $2\times 2$ convolutions with stride 1, and nothing in between.
#
# **Predict:** can one convolution replace them? How large is its kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 两层，还是一层？
#
# 两个 $2\times 2$ 的卷积，步幅为 1，中间什么也没有。
#
# **先猜：** 能不能用一个卷积代替？它的卷积核有多大？


# %% tags=["slide-answer"]
def in_one(A, B):
    """The kernel of conv2d(conv2d(x, A), B); A is (c_m, c_i, h, w), B is (c_o, c_m, h, w)."""
    # zh: """`conv2d(conv2d(x, A), B)` 的卷积核；A 的形状是 `(c_m, c_i, h, w)`，B 是 `(c_o, c_m, h, w)`。"""
    h, w = B.shape[2:]
    # For each input channel, the slices of A are an image with as many channels as lie in between.
    # zh: # 对每个输入通道，A 的各片合成一张图像，它的通道就是中间的通道。
    # B is the kernel. Padding makes the result "full", flip makes it a convolution.
    # zh: # B 作卷积核。填充使结果成为完全卷积，flip 使它成为真正的卷积。
    return F.conv2d(A.transpose(0, 1), B.flip(2, 3), padding=(h - 1, w - 1)).transpose(0, 1)


small_A = torch.tensor([[1.0, 1.0], [0.0, 2.0]])
small_B = torch.tensor([[1.0, -1.0], [3.0, 0.0]])
C = in_one(small_A[None, None], small_B[None, None])[0, 0]
d2l.show_grids(A=small_A, B=small_B, C=C)

# %% [markdown] lang="en" slide="fragment"
# Yes: $k_A + k_B - 1$ elements on each axis. With a *ReLU* between these two layers this is impossible.

# %% [markdown] lang="zh" slide="fragment"
# 能：每条轴上 $k_A + k_B - 1$ 个元素。这两层之间如果有 **ReLU**，就不行了。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Check the middle element together: $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$.
#
# **Ask:** so why can a deep network not be merged into one layer? Collect answers, then name the ReLU: a convolution without bias satisfies $f(x+y) = f(x) + f(y)$. With the ReLU between these two layers this fails, so *no* single convolution can stand in for them.
#
# **Expect:** "a bias would prevent it." A bias only adds constants.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一起核对正中间的元素：$A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$。
#
# **提问：** 那么深层网络为什么不能合并成一层？先收集答案，再说 ReLU：不带偏置的卷积满足 $f(x+y) = f(x) + f(y)$；这两层之间加了 ReLU 就不成立，所以**没有哪一个**卷积能代替它们。
#
# **常见错误：** “加上偏置就不能合并了。”偏置只是加上常数。

# %% [markdown] lang="en"
# The middle element is $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$. If there are many channels between the two layers, each of them contributes such
# products, and all contributions are added:

# %% [markdown] lang="zh"
# 正中间的元素是 $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$。两层之间如果有许多通道，
# 每个通道都贡献这样的乘积，再全部加起来：

# %%
torch.manual_seed(3)
x = torch.randn(2, 3, 12, 14, dtype=torch.float64)
A = torch.randn(64, 3, 3, 5, dtype=torch.float64)
B = torch.randn(7, 64, 2, 3, dtype=torch.float64)
merged = in_one(A, B)
print(f"two layers: {A.numel() + B.numel()} weights, merged: {merged.numel()} weights")
# zh: print(f"两层：{A.numel() + B.numel()} 个权重，合并后：{merged.numel()} 个权重")
d2l.compare(F.conv2d(x, merged), F.conv2d(F.conv2d(x, A), B))

# %% [markdown] lang="en"
# A stack that consists of convolutions only can thus be replaced by one convolution (here with stride 1 and no padding). In a network there is usually a **non-linearity** between the layers, such as the ReLU, which sets negative numbers to zero. A convolution without
# bias is **linear**: $f(x+y) = f(x) + f(y)$. Does this still hold with a ReLU between two convolutions?

# %% [markdown] lang="zh"
# 可见，完全由卷积组成的多层网络可以用一个卷积代替（这里步幅为 1，没有填充）。在真正的网络里，层与层之间通常有**非线性**（non-linearity），例如 ReLU，它把负数变成零。不带偏置的卷积是**线性**的：
# $f(x+y) = f(x) + f(y)$。如果两个卷积之间有一个 ReLU，这个等式还成立吗？


# %%
def without_relu(x):
    return F.conv2d(F.conv2d(x, A), B)


def with_relu(x):
    return F.conv2d(F.conv2d(x, A).relu(), B)


def off_by(wrong, right):
    """Norm of the difference, relative to the right result."""
    # zh: """差的范数，相对于正确结果。"""
    return ((wrong - right).norm() / right.norm()).item()


torch.manual_seed(4)
y = torch.randn_like(x)
for name, f in {"without ReLU": without_relu, "with ReLU": with_relu}.items():
    # zh: for name, f in {"没有 ReLU": without_relu, "有 ReLU": with_relu}.items():
    print(f"{name}: f(x + y) differs from f(x) + f(y) by {off_by(f(x) + f(y), f(x + y)):.0%}")
    # zh: print(f"{name}：f(x + y) 与 f(x) + f(y) 相差 {off_by(f(x) + f(y), f(x + y)):.0%}")

# %% [markdown] lang="en"
# Every convolution without bias satisfies the equation. These two layers, with the ReLU between them, do not, so no such convolution can stand in for them.
#
# May the 64 channels in between be mixed without changing the output? We mix them by a rotation $Q$ and let the second layer begin with the inverse of $Q$. Without a ReLU this changes nothing, and any invertible matrix would do. What happens with
# a ReLU, which works on each mixed channel separately?

# %% [markdown] lang="zh"
# 任何不带偏置的卷积都满足这个等式。这里的两层，中间有 ReLU，却不满足，所以没有哪个这样的卷积能代替它们。
#
# 那么，中间的 64 个通道能不能随意混合，而输出不变？用一个旋转 $Q$ 混合它们，再让第二层先作 $Q$ 的逆变换。没有 ReLU 时，这样做不会改变输出，换成任何可逆矩阵也一样。
# 如果有 ReLU，它对混合后的每个通道单独作用，结果会怎样？

# %%
torch.manual_seed(5)
numbers = torch.randn(64, 64, dtype=torch.float64)
rotation = torch.matrix_exp(numbers - numbers.T)  # orthogonal, with determinant 1
# zh: rotation = torch.matrix_exp(numbers - numbers.T)  # 正交矩阵，行列式为 1
reordering = torch.eye(64, dtype=torch.float64)[torch.randperm(64)]
for name, Q in {"rotation": rotation, "reordering": reordering}.items():
    # zh: for name, Q in {"旋转": rotation, "重排": reordering}.items():
    mixed = F.conv2d(F.conv2d(x, A), Q[:, :, None, None])
    second = (B.movedim(1, -1) @ Q.T).movedim(-1, 1)  # first the inverse of Q, then B
    # zh: second = (B.movedim(1, -1) @ Q.T).movedim(-1, 1)  # 先作 Q 的逆变换，再用 B
    plain, relu = F.conv2d(mixed, second), F.conv2d(mixed.relu(), second)
    print(f"{name}, without ReLU: output changes by {off_by(plain, without_relu(x)):.0%}")
    print(f"{name}, with ReLU: output changes by {off_by(relu, with_relu(x)):.0%}")
    # zh: print(f"{name}，没有 ReLU：输出改变 {off_by(plain, without_relu(x)):.0%}")
    # zh: print(f"{name}，有 ReLU：输出改变 {off_by(relu, with_relu(x)):.0%}")

# %% [markdown] lang="en"
# With the ReLU this rotation changes the output; the reordering does not. So with a ReLU the individual channels matter, whether or not we can say what they mean. Their order is still arbitrary. So is the scale of each channel: it may be multiplied by a positive number if the second layer divides by the same number.
#
# <details><summary><b>Check yourself:</b> two layers have biases, and there is no ReLU. Can they still be merged? And can one convolution with a bias stand in for the two layers of this section, which have no bias, with the ReLU between them?</summary>
#
# The two layers with biases can be merged. The first bias adds a constant to each channel, and the second layer turns these constants into other constants, which simply become part of the biases of the merged layer.
# The second answer is no. For a black image, these two layers give zero, so the bias of the one convolution would have to be zero; but a convolution without bias is linear, and these two layers are not.
# (With zero padding between the layers, the merged kernel is wrong near the border: there the second layer reads zeros, but the merged kernel behaves as if it read what the first layer would have given there.)
# </details>

# %% [markdown] lang="zh"
# 有 ReLU 时，这个旋转改变了输出，重排却没有。所以有了 ReLU，单个通道就有了自己的作用，不论我们能否说出它的含义。通道的次序仍是任意的，尺度也是：一个通道可以乘以一个正数，只要第二层再除以这个数。
#
# <details><summary><b>自测：</b>两层都带偏置，中间没有 ReLU，还能合并吗？本节的两层都不带偏置，如果中间有 ReLU，能用一个带偏置的卷积代替吗？</summary>
#
# 带偏置的两层能合并。第一层的偏置给每个通道加一个常数，第二层把这些常数变成另一些常数，并入合并后那一层的偏置就行了。
# 后一问的答案是不能。对全黑的图像，这两层的输出是零，所以那一个卷积的偏置只能是零；可是不带偏置的卷积是线性的，这两层却不是。
# （如果两层之间有零填充，合并后的卷积核在边界附近就不对了：那里第二层读到的是零，而合并后的卷积核相当于读到了第一层在那里本来会有的输出。）
# </details>

# %% [markdown] lang="en"
# ## 8 · Where this is used today
#
# **Predict:** an image has $224\times 224$ pixels. What share of the multiply-adds of ResNet-50, MobileNetV2 and ConvNeXt-T belongs to $1\times 1$ convolutions?
#
# On the `meta` device torchvision's networks have shapes, but no numbers. (ConvNeXt's $1\times 1$ layers are written as `nn.Linear`.)

# %% [markdown] lang="zh"
# ## 8 · 今天用在哪里
#
# **先猜：** 对一张 $224\times 224$ 的图像，ResNet-50、MobileNetV2 和 ConvNeXt-T 的乘加次数里，$1\times 1$ 卷积各占几成？
#
# 在 `meta` 设备上，torchvision 的网络只有形状，没有数值。（ConvNeXt 的 $1\times 1$ 层写成了 `nn.Linear`。）

# %% [markdown] lang="en" slide="slide"
# ## Where this is used today
#
# **Predict:** what share of the multiply-adds of ResNet-50, MobileNetV2 and ConvNeXt-T belongs to $1\times 1$ convolutions?

# %% [markdown] lang="zh" slide="slide"
# ## 今天用在哪里
#
# **先猜：** ResNet-50、MobileNetV2 和 ConvNeXt-T 的乘加次数里，$1\times 1$ 卷积各占几成？


# %%
def kind_of(layer):
    classifier = isinstance(layer, nn.Linear) and layer.out_features == 1000
    if not classifier and (isinstance(layer, nn.Linear) or layer.kernel_size == (1, 1)):
        return "1×1"
    depthwise = isinstance(layer, nn.Conv2d) and layer.groups == layer.in_channels
    return "depthwise" if depthwise else "other"
    # zh: return "逐通道" if depthwise else "其余"


def shares(net):
    """Multiply-adds for one image of 224×224 pixels, and the share of each kind of layer."""
    # zh: """一张 224×224 的图像所需的乘加次数，以及各种层所占的比例。"""
    found = {"1×1": 0, "depthwise": 0, "other": 0}
    # zh: found = {"1×1": 0, "逐通道": 0, "其余": 0}

    def note(layer, inputs, output):  # called after each layer
        # zh: def note(layer, inputs, output):  # 每一层算完后调用
        found[kind_of(layer)] += layer.weight.numel() * output.numel() // len(layer.weight)

    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_hook(note)
    net.eval()(torch.empty(1, 3, 224, 224, device="meta"))
    return found


# %% tags=["slide-answer"]
for name in ("resnet50", "mobilenet_v2", "convnext_tiny"):
    with torch.device("meta"):
        net_today = getattr(torchvision.models, name)()
    found = shares(net_today)
    total = sum(found.values())
    percents = ", ".join(f"{kind} {n / total:.0%}" for kind, n in found.items())
    # zh: percents = "，".join(f"{kind} {n / total:.0%}" for kind, n in found.items())
    print(f"{name}: {total:,} multiply-adds; {percents}")
    # zh: print(f"{name}：{total:,} 次乘加；{percents}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Collect three guesses before the key. **Expect:** less than half, because the networks are known for their $3\times 3$ kernels.
#
# **Ask:** why do depthwise layers take so little? ($k^2 c_i$ at each position, against $c_i c_o$.) **Ask:** what replaces convolutions in a vision transformer? (Attention mixes positions; its linear layers are $1\times 1$ convolutions on patches.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 按键之前先收集三个猜测。**常见错误：** 以为不到一半，因为这些网络以 $3\times 3$ 卷积核出名。
#
# **提问：** 逐通道的层为什么占得这么少？（每个位置上是 $k^2 c_i$，与 $c_i c_o$ 相比。）**提问：** 视觉 Transformer 里，什么代替了卷积？（注意力混合各个位置；其中的线性层相当于图块上的 $1\times 1$ 卷积。）

# %% [markdown] lang="en"
# The share of $1\times 1$ convolutions is over half in ResNet-50 and about nine tenths in the other two, where most of the larger kernels are depthwise. In a vision transformer (Dosovitskiy et al. 2021), linear layers treat each patch of the image separately,
# as a $1\times 1$ convolution treats each pixel. Attention, whose weights depend on the image, mixes the positions.
#
# <details><summary><b>Check yourself:</b> a depthwise 7×7 layer, as in ConvNeXt (Liu et al. 2022), and a 1×1 layer both have 384 channels in and out. Which has more weights?</summary>
#
# The $1\times 1$ layer: $384 \cdot 384 = 147{,}456$ against $384 \cdot 49 = 18{,}816$. If there are many channels, even a large depthwise kernel needs few weights in comparison.
# </details>

# %% [markdown] lang="zh"
# $1\times 1$ 卷积在 ResNet-50 里占一半以上，在另外两个网络里约占九成；这两个网络里较大的卷积核，多数是逐通道的。在视觉 Transformer（Dosovitskiy 等，2021）里，线性层单独处理图像的每个图块，
# 就像 $1\times 1$ 卷积单独处理每个像素；混合各个位置的是注意力，其权重取决于图像的内容。
#
# <details><summary><b>自测：</b>一个逐通道的 7×7 层（ConvNeXt 用的就是这种，Liu 等，2022）和一个 1×1 层，输入和输出都是 384 个通道。哪个权重多？</summary>
#
# $1\times 1$ 的层：$384 \cdot 384 = 147{,}456$，而另一个是 $384 \cdot 49 = 18{,}816$。通道多的时候，逐通道的卷积核即使很大，权重也相对很少。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - One kernel reads all channels: it has a slice for each, and all products are added
# - One kernel gives one feature map; a layer has $c_o$ kernels
# - Weight $c_o \times c_i \times k_h \times k_w$; $1\times 1$ mixes channels only
# - Every weight is used once at each output position; groups divide the cost
# - With neither a ReLU nor padding between them, two convolutions can be merged into one

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 一个卷积核读取全部通道：每个通道一片，所有乘积相加
# - 一个卷积核给出一张特征图；一层有 $c_o$ 个卷积核
# - 权重 $c_o \times c_i \times k_h \times k_w$；$1\times 1$ 只混合通道
# - 每个权重在每个输出位置上各用一次；分组减少权重和计算量
# - 中间既没有 ReLU，也没有填充，两个卷积就能合并成一个

# %% [markdown] lang="en" slide="notes"
# **1 min.** Read the opening question again and let the class answer its three parts.
#
# Set exercises 1 to 3 now; 4 and 5 belong together; the hard ones are homework. Next: how exactly must the position of a feature be known? Chapter 07, pooling.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 把开头的问题再念一遍，让全班回答它的三个部分。
#
# 现在布置练习 1 到 3；4 和 5 是连着的；难的留作课后。下一步：特征的位置需要知道得多准确？第 07 章，汇聚。

# %% tags=["exercises"]
exercises.ch06

# %% [markdown] lang="en"
# ## Summary
#
# One kernel reads all channels because it has a slice for each of them, and all products are added. A layer has many output channels, 64 for example, so that each can
# describe the surroundings of a pixel in its own way. By default each of them reads every input channel, so the weight has the shape $c_o \times c_i \times k_h \times k_w$. A $1\times 1$ convolution mixes only the channels of each pixel.
#
# Each output channel costs $k_h k_w c_i$ multiply-adds at each position, and in training one more stored feature map per image. With $g$ groups the depth of the kernels is divided by $g$. A depthwise separable pair needs only the fraction $1/c_o + 1/k^2$ of an ordinary
# layer's multiply-adds, but it has a single spatial kernel per input channel. Two convolutions with neither a non-linearity nor padding between them can be merged into one.
#
# **Next:** in chapter 07, pooling summarises neighbourhoods.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, Dive into Deep Learning ([English](https://d2l.ai/chapter_convolutional-neural-networks/channels.html), [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/channels.html)), "Multiple Input and Multiple
#   Output Channels", from which sections 1 and 3 take the numbers of their example.
# - Lin, Chen and Yan 2014, [Network In Network](https://arxiv.org/abs/1312.4400), an early use of the $1\times 1$ convolution.
# - Krizhevsky, Sutskever and Hinton 2012, [AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks); He et al. 2016, [ResNet](https://arxiv.org/abs/1512.03385).
# - Howard et al. 2017, [MobileNets](https://arxiv.org/abs/1704.04861); Sandler et al. 2018, [MobileNetV2](https://arxiv.org/abs/1801.04381); Zhang et al. 2018, [ShuffleNet](https://arxiv.org/abs/1707.01083).
# - Liu et al. 2022, [ConvNeXt](https://arxiv.org/abs/2201.03545); Dosovitskiy et al. 2021, [vision transformers](https://arxiv.org/abs/2010.11929).
# - Lavin and Gray 2016, [Fast Algorithms for Convolutional Neural Networks](https://arxiv.org/abs/1509.09308).

# %% [markdown] lang="zh"
# ## 小结
#
# 一个卷积核在每个通道上各有一片，所有乘积相加，所以能同时读取全部通道。一层要有许多输出通道，比如 64 个，是为了从不同方面描述每个像素周围的情况。
# 默认情况下，每个输出通道都读每个输入通道，所以权重的形状是 $c_o \times c_i \times k_h \times k_w$。$1\times 1$ 卷积只混合每个像素的各个通道。
#
# 每个输出通道在每个位置上要 $k_h k_w c_i$ 次乘加；训练时，每张图像还要多存一张特征图。分成 $g$ 组，卷积核的深度就除以 $g$。深度可分离卷积的乘加次数只有普通卷积的 $1/c_o + 1/k^2$，
# 代价是每个输入通道只能用一个空间卷积核。两个卷积之间既没有非线性，也没有填充，就可以合并成一个。
#
# **下一步：** 第 07 章讲汇聚（池化），用一个数概括一小片邻域。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：《动手学深度学习》（[英文版](https://d2l.ai/chapter_convolutional-neural-networks/channels.html)、[中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/channels.html)）中关于多输入、多输出通道的一节，本章第 1、3 节的例子沿用了其中的数字。
# - Lin、Chen、Yan，2014：[Network In Network](https://arxiv.org/abs/1312.4400)，$1\times 1$ 卷积的早期应用。
# - Krizhevsky、Sutskever、Hinton，2012：[AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks)；He 等，2016：[ResNet](https://arxiv.org/abs/1512.03385)。
# - Howard 等，2017：[MobileNets](https://arxiv.org/abs/1704.04861)；Sandler 等，2018：[MobileNetV2](https://arxiv.org/abs/1801.04381)；Zhang 等，2018：[ShuffleNet](https://arxiv.org/abs/1707.01083)。
# - Liu 等，2022：[ConvNeXt](https://arxiv.org/abs/2201.03545)；Dosovitskiy 等，2021：[视觉 Transformer](https://arxiv.org/abs/2010.11929)。
# - Lavin、Gray，2016：[Fast Algorithms for Convolutional Neural Networks](https://arxiv.org/abs/1509.09308)。
