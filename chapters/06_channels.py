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
# - find an edge of colour where the grey image has none;
# - recognise a fully connected layer in a one-pixel kernel;
# - count the multiply-adds of a layer and the memory of a training step;
# - make layers cheaper with groups;
# - say when two layers are no more than one.
#
# **Time:** about 35 minutes to read and run, up to 120 more for the exercises. **You need:** chapters 02 and 03; from
# chapter 05, padding and stride.

# %% [markdown] lang="zh"
# # 06 通道
#
# **一张彩色图像有三个通道。一个卷积核怎样同时读取这三个通道？一个层为什么要有 64 个输出通道？每多一个，要付出多少代价？**
#
# **学完本章，你将能够**
# - 计算多个通道上的互相关；
# - 在灰度图毫无反应的地方找出颜色的边缘；
# - 认出只有一个像素的卷积核其实是全连接层；
# - 数出一个层的乘加次数，算出一步训练要占多少内存；
# - 用分组降低计算量；
# - 说出什么时候两层其实只是一层。
#
# **所需时间：** 阅读并运行约 35 分钟，练习另需最多 120 分钟。**预备知识：** 第 02、03 章，以及第 05 章的填充和步幅。

# %% [markdown] lang="en" slide="notes"
# **1 min.** Hold up three sheets of coloured foil, red, green and blue, if you have them. **Ask:** what does a photograph look like through each? (Three grey images, each bright in other places.)
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
# A colour photograph consists of three arrays of the same size, for red, green and blue. Each is a **channel**, and so is each
# feature map of a layer. Below is an image with two channels and a kernel with one **slice** for each. Place each slice on its
# channel, multiply element by element, and add *all* the products.
#
# **Predict:** which single number comes out at the top left?

# %% [markdown] lang="zh"
# ## 1 · 一个卷积核，两个通道
#
# 一张彩色照片由三张同样大小的数字表组成，红、绿、蓝各一张。每一张叫一个**通道**（channel），一个层的每张特征图也是一个通道。
# 下面的图像有两个通道，卷积核为每个通道各备**一片**。把每一片放到自己的通道上，对应的元素相乘，再把**所有**乘积加在一起。
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
# 卷积核为每个通道各备**一片**。对应元素相乘，所有乘积相加。
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
# Window and kernel are blocks: 2 channels deep, 2 rows high, 2 columns wide. The kernel moves to the right and down, but not along the channels, because it covers
# all of them. The output therefore has no channel axis:
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


multi_in(X, K)

# %% [markdown] lang="en"
# This is `d2l.corr2d_multi_in`. `F.conv2d` computes the same, with one more axis in front of image and kernel (batch and output
# channels).

# %% [markdown] lang="zh"
# 这就是 `d2l.corr2d_multi_in`。`F.conv2d` 算的也是它，只是图像和卷积核前面各多一条轴（批量和输出通道）。

# %%
d2l.compare(F.conv2d(X[None], K[None])[0, 0], d2l.corr2d_multi_in(X, K))

# %% [markdown] lang="en"
# **Predict:** how many weights does a layer with 2 input channels, 1 output channel and a $2\times 2$ kernel have: 4, 8, or 8 and 2 more for the sum?

# %% [markdown] lang="zh"
# **先猜：** 一个层有 2 个输入通道、1 个输出通道，卷积核是 $2\times 2$。它有几个权重：4 个，8 个，还是 8 个再加求和用的 2 个？

# %% [markdown] lang="en" slide="slide"
# ## The kernel is a block
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 2 channels in, 1 out, kernel $2\times 2$.
#
# **Predict:** how many weights: 4, 8, or 8 and 2 more for the sum?

# %% [markdown] lang="zh" slide="slide"
# ## 卷积核是一个立体的块
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 2 个通道进，1 个出，卷积核 $2\times 2$。
#
# **先猜：** 有几个权重：4 个，8 个，还是 8 个再加求和用的 2 个？

# %% tags=["slide-answer"]
two_to_one = nn.Conv2d(in_channels=2, out_channels=1, kernel_size=2, bias=False)
print(f"{two_to_one.weight.numel()} weights, shape {tuple(two_to_one.weight.shape)}")
# zh: print(f"{two_to_one.weight.numel()} 个权重，形状 {tuple(two_to_one.weight.shape)}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** Take a vote on the three numbers before the key.
#
# **Expect:** 4 (one flat table for every channel) and 10 (a weight for each channel). The slices differ, and the sum is a plain sum. **Ask:** why would a weight per channel add nothing? (Multiply the slice instead.)
#
# **Ask:** how many weights does a "$5\times 5$ kernel" for a photograph have? (75. The depth is usually not mentioned.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 按键之前，让大家对三个数举手表决。
#
# **常见错误：** 4 个（每个通道用同一张表），或 10 个（每个通道再加一个权重）。各片的数不同，相加就是直接相加。**提问：** 给通道另设权重，为什么没有用？（把那一片乘以这个数就行了。）
#
# **提问：** 用于照片的“$5\times 5$ 卷积核”有几个权重？（75 个。深度通常略去不提。）

# %% [markdown] lang="en"
# There are 8: each slice has its own numbers, and the results are simply added. A kernel without a channel axis is refused:

# %% [markdown] lang="zh"
# 是 8 个：每一片有自己的数，各通道的结果直接相加。没有通道轴的卷积核会遭到拒绝：

# %%
try:
    d2l.corr2d_multi_in(X, K[0])
except ValueError as reason:
    print(reason)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a photograph has three channels. How many weights does one 5×5 kernel for it have?</summary>
#
# $3 \cdot 5 \cdot 5 = 75$. It is still called a $5\times 5$ kernel. The depth is not mentioned, because it must equal the number of input channels.
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
# In the test image below the green is chosen such that both halves have the same grey value by
# the usual formula `0.299 R + 0.587 G + 0.114 B`.
#
# **Predict:** what is the response of the edge detector `[1, -1]` to the grey version?

# %% [markdown] lang="zh"
# ## 2 · 灰度图丢掉了什么
#
# 能不能先把彩色图像转成灰度，用一片代替三片？
#
# 在下面的测试图像里，绿色是特意挑的：按通常的灰度公式 `0.299 R + 0.587 G + 0.114 B`，两半的灰度值相同。
#
# **先猜：** 转成灰度之后，边缘检测器 `[1, -1]` 的响应是什么？

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
# **先猜：** 在**灰度图**上，`[1, -1]` 的响应是什么？

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
# The response is zero everywhere. Different colours can get the same grey value, and no later kernel can tell them apart.
#
# A kernel with three slices can compare the channels. The next one has the same edge detector in each slice, multiplied by 1, −1 and 0.
#
# **Predict:** at the border red falls by 1 and green rises by 0.51. What is the response?

# %% [markdown] lang="zh"
# 响应处处为零。不同的颜色可能得到同样的灰度值，此后用什么卷积核都无法再把它们分开。
#
# 有三片的卷积核可以比较各个通道。下面这个卷积核，每一片都是同一个边缘检测器，分别乘以 1、−1 和 0。
#
# **先猜：** 在分界处，红色下降 1，绿色上升 0.51。响应是多少？

# %% [markdown] lang="en" slide="slide"
# ## A kernel for an edge of colour
#
# The same edge detector in each slice, multiplied by 1, −1 and 0.
#
# **Predict:** at the border red falls by 1 and green rises by 0.51. What is the response?

# %% [markdown] lang="zh" slide="slide"
# ## 检测颜色边缘的卷积核
#
# 每一片都是同一个边缘检测器，分别乘以 1、−1 和 0。
#
# **先猜：** 在分界处，红色下降 1，绿色上升 0.51。响应是多少？

# %% tags=["slide-answer"]
red_minus_green = torch.tensor([1.0, -1.0, 0.0])
K_color = red_minus_green[:, None, None] * edge
Y_color = d2l.corr2d_multi_in(flag, K_color)
d2l.show_grids({"red": K_color[0], "green": K_color[1], "blue": K_color[2], "output": Y_color})
# zh: d2l.show_grids({"红": K_color[0], "绿": K_color[1], "蓝": K_color[2], "输出": Y_color})

# %% [markdown] lang="en" slide="notes"
# **2 min.** **Expect:** 0.49, because one falls and the other rises. The green slice has the opposite sign, so the two changes add up: $1 + 0.51$.
#
# **Ask:** which channel has no influence here? Would a kernel with other factors also see the border? (Most do. The grey factors do not.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** **常见错误：** 一降一升，答 0.49。绿色那一片的符号相反，两个变化相加：$1 + 0.51$。
#
# **提问：** 这里哪个通道不起作用？换别的系数，能看见这条分界吗？（多数都能，灰度公式的系数不能。）

# %% [markdown] lang="en"
# The response is 1.51, since the slice for green has the opposite sign. Ewald Hering proposed in 1878 that human colour vision
# works with such pairs of **opponent colours**, red against green and yellow against blue.
#
# **Play:** build a detector for the photograph of a roof. The three numbers in the row are the factors for red, green and blue. *All kernels* sets the kernel; keep the identity at first.
#
# **Your task:** find factors that turn the sky nearly white (zero), but not the orange tiles. The cell below the explorer prints the mean magnitude of the response;
# aim for less than 15 on the sky and more than 40 on the tiles. What do such factors have in common?

# %% [markdown] lang="zh"
# 响应是 1.51，因为绿色那一片的符号相反。1878 年，黑林（Ewald Hering）提出，人的色觉就用到这样成对的**对立色**（opponent colours）：红对绿，黄对蓝。
#
# **动手：** 为一张屋顶的照片造一个检测器。那一行的三个数，是红、绿、蓝三个通道的系数。**全部卷积核**用来选卷积核，先保持“恒等”。
#
# **任务：** 找出几组系数，让天空几乎变白（白就是零），橙色的瓦却不变白。演示下方的单元格会算出响应的平均绝对值。
# 目标：天空小于 15，瓦大于 40。这样的系数有什么共同点？

# %% [markdown] lang="en" slide="slide"
# ## Play: build a detector
#
# **Task:** find three factors that turn the sky white (zero), but not the roof.

# %% [markdown] lang="zh" slide="slide"
# ## 动手：造一个检测器
#
# **任务：** 找三个系数，让天空变白（也就是零），屋顶却不变白。

# %% tags=["explorer", "slide"]
roof = d2l.photo("china")[:, 30:230, 80:380]
detector = ChannelExplorer(roof, [[1.0, 1.0, 1.0]], display="signed")
detector

# %% [markdown] lang="en" slide="notes"
# **4 min.** E enters the explorer, Tab moves to the three numbers, arrow keys or digits change them, Escape leaves. Begin with 1, 1, 1: everything responds. Let the class call out numbers; change one at a time.
#
# **Answer:** for instance 1, −1, 0 or 1, −0.5, −0.5. **Ask:** what do all of them have in common? (They sum to about zero. The sky is almost grey, so its three channels cancel.)
#
# **Lead on:** each set of factors misses something, so a layer should have several.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 按 E 进入演示，用 Tab 走到三个数，用方向键或直接输入来修改，按 Esc 离开。从 1, 1, 1 开始：处处有响应。让大家报数，一次只改一个。
#
# **答案：** 例如 1, −1, 0，或 1, −0.5, −0.5。**提问：** 它们有什么共同点？（三个数之和约为零。天空接近灰色，三个通道互相抵消。）
#
# **由此引出：** 每一组系数都有看不见的东西，所以一个层应该有好几组。


# %%
def sky_and_tiles(explorer):
    """Mean magnitude of the response on two areas: the sky at the right, the tiles of the upper roof."""
    # zh: """响应在两块区域上的平均绝对值：右侧的天空，上层屋顶的瓦。"""
    response = explorer.output[0].abs()
    return response[48:64, 104:128].mean().item(), response[24:32, 48:64].mean().item()


sky, tiles = sky_and_tiles(detector)
print(f"your factors: sky {sky:.0f}, tiles {tiles:.0f}")
# zh: print(f"你的系数：天空 {sky:.0f}，瓦 {tiles:.0f}")

# %% [markdown] lang="en"
# Two solutions:

# %% [markdown] lang="zh"
# 两组答案：

# %%
for row in ([1, -1, 0], [1, -0.5, -0.5]):
    sky, tiles = sky_and_tiles(ChannelExplorer(roof, [row]))
    print(f"{row}: sky {sky:.0f}, tiles {tiles:.0f}")
    # zh: print(f"{row}：天空 {sky:.0f}，瓦 {tiles:.0f}")

# %% [markdown] lang="en"
# The sky is almost grey. Its three channels are nearly equal, so they cancel when the factors sum to zero.
#
# <details><summary><b>Check yourself:</b> turn the Sobel kernel so that it compares left with right, and set all three factors to 1. Does it respond to the border of the red and green image?</summary>
#
# Yes: red falls by 1, green rises by $0.299/0.587 \approx 0.51$, and the two changes do not cancel. With the factors of the grey formula they cancel.
# With one set of factors there are always pairs of colours that cannot be told apart, so a layer should use several sets.
# </details>

# %% [markdown] lang="zh"
# 天空接近灰色，三个通道几乎相等，所以只要系数之和为零，它们就互相抵消。
#
# <details><summary><b>自测：</b>把 Sobel 卷积核转成左右相比的方向，三个系数都取 1。它对红绿图像的分界有响应吗？</summary>
#
# 有：红色下降 1，绿色上升 $0.299/0.587 \approx 0.51$，两个变化不能抵消。取灰度公式的系数，就恰好抵消。
# 只用一组系数，总有一些颜色分不开，所以一个层应该多用几组。
# </details>

# %% [markdown] lang="en"
# ## 3 · Several output channels
#
# For several feature maps a layer has several kernels, each as deep as the
# input, and stacks their outputs. The result can be the input of the next layer.
#
# **Predict:** the second kernel is `K + 1` and the third `K + 2` (1 or 2 added to each of the eight numbers). What are the shapes of the
# stacked kernels and of the output? The first feature map has 56 at the top left; what does the second have there?

# %% [markdown] lang="zh"
# ## 3 · 多个输出通道
#
# 要有多张特征图，一个层就用多个卷积核，每个都与输入一样深，再把它们的输出叠起来。结果可以作为下一层的输入。
#
# **先猜：** 第二个卷积核是 `K + 1`，第三个是 `K + 2`（八个数各加 1 或 2）。叠起来的卷积核是什么形状？输出是什么形状？
# 第一张特征图的左上角是 56，第二张的左上角是多少？

# %%
K3 = torch.stack([K, K + 1, K + 2])
tuple(K3.shape)

# %%
Y3 = d2l.corr2d_multi_in_out(X, K3)
Y3

# %% [markdown] lang="en"
# Each step adds 20, the sum of the eight pixels in that window, because the output is linear in the kernel.
#
# The weight of a layer thus has four axes, for output channels, input channels, height and width:
#
# $$c_o \times c_i \times k_h \times k_w$$
#
# These are $c_o$ kernels, each $c_i$ deep. There is one bias for each output channel.

# %% [markdown] lang="zh"
# 每一步加 20，正是那个窗口里八个像素之和，因为输出关于卷积核是线性的。
#
# 所以一个层的权重有四条轴，依次是输出通道、输入通道、高、宽：
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
# Does output 0 belong to input 0, as "the red output"? We give a layer three images; in each of them one channel is 1 and the others are 0.
#
# **Predict:** which outputs respond to which input?

# %% [markdown] lang="zh"
# 输出 0 是不是对应输入 0，是“红色的输出”？我们给一个层送进三张图像，每张只有一个通道是 1，其余是 0。
#
# **先猜：** 哪些输出对哪个输入有响应？

# %% [markdown] lang="en" slide="slide"
# ## Is there a red output?
#
# A layer with 3 inputs and 4 outputs. Only one input channel is non-zero at a time.
#
# **Predict:** which outputs respond to which input?

# %% [markdown] lang="zh" slide="slide"
# ## 有没有“红色的输出”？
#
# 一个层有 3 个输入、4 个输出。每次只让一个输入通道非零。
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
d2l.show_grids({"outputs by inputs": who_reads_whom(three_to_four)})
# zh: d2l.show_grids({"行：输出，列：输入": who_reads_whom(three_to_four)})

# %% [markdown] lang="en" slide="fragment"
# Every output reads *every* input: $c_o \times c_i \times k_h \times k_w$ weights, $c_o$ biases.

# %% [markdown] lang="zh" slide="fragment"
# 每个输出都读**每个**输入：权重 $c_o \times c_i \times k_h \times k_w$ 个，偏置 $c_o$ 个。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Rows are outputs, columns are inputs. **Expect:** a diagonal, red to red and green to green. Ask where the fourth output would come from.
#
# Read the shape from the left: $c_o$ kernels, each $c_i$ deep. **Ask:** 64 channels in, 128 out, $3\times 3$. How many weights? ($128 \cdot 64 \cdot 9 = 73{,}728$.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一行是一个输出，一列是一个输入。**常见错误：** 以为只有对角线上有响应，红对红、绿对绿。问一问：第四个输出从哪里来？
#
# 形状从左往右读：$c_o$ 个卷积核，每个深 $c_i$。**提问：** 64 个通道进，128 个出，$3\times 3$，有多少个权重？（$128 \cdot 64 \cdot 9 = 73{,}728$。）

# %% [markdown] lang="en"
# **Every output reads every input**, and $c_o$ need not equal $c_i$. Here is one layer with four kernels for the photograph:

# %% [markdown] lang="zh"
# **每个输出都读每个输入**；$c_o$ 不必等于 $c_i$。下面是用于照片的一个层，它有四个卷积核：

# %%
sobel_y = torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]]) / 8
blur = torch.ones(3, 3) / 9
bank = torch.stack(
    [
        gray_weights[:, None, None] * blur,
        red_minus_green[:, None, None] * blur,
        red_minus_green[:, None, None] * sobel_y,
        gray_weights[:, None, None] * sobel_y,
    ]
)
maps = F.conv2d(roof[None], bank)[0]
print(f"kernels {tuple(bank.shape)}, feature maps {tuple(maps.shape)}")
# zh: print(f"卷积核 {tuple(bank.shape)}，特征图 {tuple(maps.shape)}")

# %% [markdown] lang="en" slide="slide"
# ## One layer, four feature maps

# %% [markdown] lang="zh" slide="slide"
# ## 一个层，四张特征图

# %% tags=["slide"]
titles = ["brightness", "red minus green", "edges of red minus green", "edges of brightness"]
# zh: titles = ["亮度", "红减绿", "红减绿的边缘", "亮度的边缘"]
d2l.show_images(dict(zip(titles, maps, strict=True)), columns=2)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Each pixel goes in as 3 numbers and comes out as 4. **Ask:** which map would you use to find tiles? Which two together, to find the border between tiles and green eaves?
#
# Say that the next layer reads all maps at once. **Expect:** "so each channel means something." These kernels were written by hand. Learned channels need not have a meaning that people can name.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每个像素进去时是 3 个数，出来时是 4 个数。**提问：** 要找瓦，该看哪一张？要找瓦与绿色檐边的分界，该同时看哪两张？
#
# 说明下一层会同时读取全部特征图。**常见错误：** “每个通道都有自己的含义。”这里的卷积核是手写的；学出来的通道未必有人说得出的含义。

# %% [markdown] lang="en"
# (Each map is drawn from its minimum, black, to its maximum, white.)
#
# This is why a layer has 64 output channels: they describe the surroundings of each pixel. The next layer reads
# all of them and can respond to combinations, for example to an edge of colour without an edge of brightness.
# In a network the kernels are learned (chapter 04), and a channel need not have a meaning that people can name.
#
# <details><summary><b>Check yourself:</b> the next layer reads these 64 channels and has 128 output channels and 3×3 kernels. How many weights does it have?</summary>
#
# $128 \cdot 64 \cdot 3 \cdot 3 = 73{,}728$, and 128 biases. Each of the 128 kernels is 64 deep.
# </details>

# %% [markdown] lang="zh"
# （每张图都把自己的最小值画成黑，最大值画成白。）
#
# 一个层要有 64 个输出通道，原因就在这里：它们一起描述每个像素周围的情况。下一层读取全部通道，
# 可以对它们的组合有响应，比如“颜色有边缘，而亮度没有边缘”。在网络里，卷积核是学出来的（第 04 章），一个通道未必有人说得出的含义。
#
# <details><summary><b>自测：</b>下一层读取这 64 个通道，有 128 个输出通道，卷积核 3×3。它有多少个权重？</summary>
#
# $128 \cdot 64 \cdot 3 \cdot 3 = 73{,}728$ 个，另有 128 个偏置。这 128 个卷积核，每个都深 64。
# </details>

# %% [markdown] lang="en"
# ## 4 · The 1×1 convolution
#
# With one channel, a $1\times 1$ kernel only multiplies each pixel by a number. And with many?
#
# **Predict:** shuffle the pixels of an image, then apply a layer; or apply the layer, then shuffle its output in the same way.
# Is the result the same for a $1\times 1$ layer? For $3\times 3$?

# %% [markdown] lang="zh"
# ## 4 · 1×1 卷积
#
# 只有一个通道时，$1\times 1$ 的卷积核不过是给每个像素乘一个数。通道多了呢？
#
# **先猜：** 先把一张图像的像素打乱，再送进一个层；或者先送进这个层，再把输出照样打乱。
# 对 $1\times 1$ 的层，结果相同吗？$3\times 3$ 呢？

# %% [markdown] lang="en" slide="slide"
# ## The $1\times 1$ convolution
#
# Shuffle the pixels, then apply a layer. Or apply the layer, then shuffle.
#
# **Predict:** is the result the same? For $1\times 1$? For $3\times 3$?

# %% [markdown] lang="zh" slide="slide"
# ## $1\times 1$ 卷积
#
# 先打乱像素，再送进一个层；或者先送进这个层，再照样打乱。
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
# A $1\times 1$ layer is a *fully connected layer at each pixel*, the same one everywhere.

# %% [markdown] lang="zh" slide="fragment"
# $1\times 1$ 的层，就是**在每个像素上各用一次的全连接层**，处处是同一个。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Expect:** "a $1\times 1$ kernel only multiplies by a number." That is true with one channel. With several, each output is a weighted sum of all $c_i$ numbers of the pixel.
#
# **Ask:** one bias in all, or one per output? (One per output. The output for a black image shows them.)
#
# **Ask:** 256 channels are to become 64, and each must read all. Which layer needs the fewest weights? ($1\times 1$: $256 \cdot 64 = 16{,}384$. A $3\times 3$ layer needs nine times as many.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **常见错误：** “$1\times 1$ 的卷积核不过是乘一个数。”只有一个通道时确实如此。通道多了，每个输出都是该像素 $c_i$ 个数的加权和。
#
# **提问：** 偏置是总共一个，还是每个输出一个？（每个输出一个。把全黑的图像送进去就看得到。）
#
# **提问：** 要把 256 个通道变成 64 个，而且每个都读到全部，哪种层的权重最少？（$1\times 1$：$256 \cdot 64 = 16{,}384$ 个。$3\times 3$ 的层是它的九倍。）

# %% [markdown] lang="en"
# A **1×1 convolution** (pointwise convolution) treats each pixel separately and all alike. From the $c_i$ numbers of a pixel it computes $c_o$ new ones, each a weighted sum plus a
# bias. It is a **fully connected layer, applied at each pixel**. We check this with `nn.Linear`, which works on the last axis:

# %% [markdown] lang="zh"
# **1×1 卷积**（也叫逐点卷积，pointwise convolution）单独处理每个像素，对所有像素一视同仁。它由一个像素的 $c_i$ 个数算出 $c_o$ 个新数，每个都是加权和再加偏置。
# 它就是**用在每个像素上的全连接层**。用 `nn.Linear` 检验一下，它作用在最后一条轴上：

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
# On a CPU the two agree to one millionth in `float32`. Your device may differ more (exercise 7):

# %% [markdown] lang="zh"
# 在 CPU 上用 `float32` 计算，两者相差不到百万分之一。换成你的设备，差别也许更大（练习 7）：

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
on_device = F.conv2d(*(part.to(device) for part in (images, conv.weight, conv.bias))).cpu()
print(f"{device.type}: the difference is at most {(on_device - at_each_pixel).abs().max():.0e}")
# zh: print(f"{device.type}：最多相差 {(on_device - at_each_pixel).abs().max():.0e}")

# %% [markdown] lang="en"
# There are $c_o \cdot c_i$ weights and $c_o$ biases. For a black pixel only the biases are left:

# %% [markdown] lang="zh"
# 权重有 $c_o \cdot c_i$ 个，偏置有 $c_o$ 个。像素全黑时，剩下的只有偏置：

# %%
black = conv(images.new_zeros(1, 5, 1, 1)).flatten()
print(f"{conv.weight.numel()} weights, {conv.bias.numel()} biases")
print(f"outputs for a black pixel: {[round(y, 2) for y in black.tolist()]}")
# zh: print(f"{conv.weight.numel()} 个权重，{conv.bias.numel()} 个偏置")
# zh: print(f"全黑像素的输出：{[round(y, 2) for y in black.tolist()]}")

# %% [markdown] lang="en"
# With $c_i = c_o = 3$ the weight is a matrix whose rows say how much of the old red, green and blue goes into each new colour.
#
# **Play:** the explorer shows such a layer. *Amount* $t$ uses the matrix
# $(1-t)\,I + t\,M$, where $M$ is the chosen matrix and $I$ changes nothing. Before you press *swap red and blue*, predict the new colours of tiles and
# sky. Then choose grey and set $t = -1$, then $t = 2$.
#
# **Your task:** remove all red, and keep green and blue. What does white become? The next cell checks it.

# %% [markdown] lang="zh"
# 取 $c_i = c_o = 3$，权重就是一个矩阵，它的每一行说明，新的那种颜色里有多少旧的红、绿、蓝。
#
# **动手：** 下面的演示就是这样的一层。**程度** $t$ 表示使用矩阵
# $(1-t)\,I + t\,M$，其中 $M$ 是所选的矩阵，$I$ 是什么都不改变的单位矩阵。按**红蓝对调**之前先猜：瓦和天空各会变成什么颜色？
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
# **4 min.** **Ask** first: which colours will *swap red and blue* give to the orange tiles and to the pale blue sky? (Blue and pale orange.) E enters; press that button. Then *grey*: why are its three rows equal? Then *amount*: at $-1$ the colours move away from grey and become more saturated; at $2$ they land beyond grey, in the complementary colours.
#
# The task: the first row must be 0 0 0, the rest stays. White becomes cyan. Escape leaves.
#
# Stress that this is a *matrix* over three channels, not a window of $3\times 3$ pixels.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 先**提问：** “红蓝对调”会把橙色的瓦和淡蓝的天变成什么颜色？（蓝色和淡橙色。）按 E 进入，按下这个按钮。再按“灰度”：三行为什么相同？再调“程度”：取 $-1$，颜色远离灰度，变得更鲜艳；取 $2$，越过灰度到另一边，成了补色。
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
# Swapping turns the tiles blue and the sky pale orange. At $t = -1$ the colours move away from grey, so the saturation rises; at $t = 2$ they end up beyond grey, in the complementary colours. A first row of `0 0 0` removes the red; white becomes cyan.
#
# <details><summary><b>Check yourself:</b> a layer has 256 output channels and you need 64, each of which reads all of them. Which layer needs the fewest weights?</summary>
#
# A $1\times 1$ layer, with $256 \cdot 64 = 16{,}384$ weights. A $3\times 3$ layer has nine times as many. ResNet-50 (He et al. 2016) reduces and restores its number of channels in this way.
# </details>

# %% [markdown] lang="zh"
# 红蓝对调后，瓦变成蓝色，天变成淡橙色。取 $t = -1$，颜色远离灰度，饱和度提高；取 $t = 2$，颜色越过灰度到了另一边，成了补色。
# 第一行取 `0 0 0` 就去掉了红色，白色变成青色。
#
# <details><summary><b>自测：</b>一个层有 256 个输出通道，你需要 64 个，而且每个都要读到原来的全部通道。哪种层的权重最少？</summary>
#
# $1\times 1$ 的层，权重有 $256 \cdot 64 = 16{,}384$ 个；$3\times 3$ 的层是它的九倍。ResNet-50（He 等，2016）就是这样减少通道、再恢复通道的。
# </details>

# %% [markdown] lang="en"
# ## 5 · What a layer costs
#
# Arithmetic is counted in **multiply-adds** (MACs): one product, added to a sum. Let the output have $m_h\times m_w$ positions.
# Each of its $c_o m_h m_w$ elements is a sum of $k_h k_w c_i$ products:
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# In words: every weight is used once at each output position.
#
# **Predict:** double both the input and the output channels. How many times as many multiply-adds are needed?

# %% [markdown] lang="zh"
# ## 5 · 一个层的代价
#
# 计算量按**乘加**（multiply-add，MAC）来数：做一次乘法，并把积加到和里，算一次。设输出有 $m_h\times m_w$ 个位置，
# 它的 $c_o m_h m_w$ 个元素，每个都是 $k_h k_w c_i$ 个乘积之和：
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
# **Predict:** double the input channels *and* the output channels. How many times as many multiply-adds?

# %% [markdown] lang="zh" slide="slide"
# ## 一个层的代价
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
# Four times: there are twice as many kernels, each twice as deep.
#
# We can check the formula by counting. With weights and pixels of ones each product is 1, so the sum of the output is the number of products. Padding with ones counts every
# product of the definition; padding with zeros leaves out those with padding.

# %% [markdown] lang="zh"
# 四倍：卷积核的个数加倍，每个的深度也加倍。
#
# 这个公式可以数出来验证。权重和像素全取一，每个乘积就是 1，输出之和便是乘积的个数。填充一，数到的是定义里的全部乘积；
# 填充零，与填充值的乘积就不计在内。


# %%
def counted(layer, x, padded):
    """Multiply-adds, counted with ones; padded is the value of the padding, 1 or 0."""
    # zh: """用一来数乘加次数；padded 是填充的数值，1 或 0。"""
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
# The formula counts products with padding, too. So does PyTorch's `FlopCounterMode`, which applies it to shapes and counts nothing: tensors on the `meta` device have no elements.
# Its unit is the **FLOP** (floating-point operation), two per multiply-add.

# %% [markdown] lang="zh"
# 公式把与填充值的乘积也算在内。PyTorch 的 `FlopCounterMode` 同样如此：它把公式用在形状上，并没有去数；`meta` 设备上的张量根本没有元素。
# 它的单位是**浮点运算**（FLOP），一次乘加是两次浮点运算。

# %%
with torch.device("meta"):
    no_numbers = nn.Conv2d(64, 128, kernel_size=3, padding=1), torch.empty(1, 64, 28, 28)
with FlopCounterMode(display=False) as counter:
    no_numbers[0](no_numbers[1])
flops, multiply_adds = counter.get_total_flops(), macs(*no_numbers)
ratio = flops / multiply_adds
print(f"{flops:,} FLOPs, {ratio:.0f} for each of {multiply_adds:,} multiply-adds")
# zh: print(f"{flops:,} 次浮点运算，每次乘加合 {ratio:.0f} 次；乘加共 {multiply_adds:,} 次")

# %% [markdown] lang="en"
# Libraries may use algorithms with fewer multiplications than the definition, such as Winograd's (Lavin and Gray 2016).
#
# A training step stores **parameters**, a **gradient** for each, the **optimiser state** (for Adam two numbers per parameter), and **activations**, the
# outputs of layers that the backward pass needs (chapter 08).
#
# **Predict:** which of them takes the most, for a network of three convolutions and a linear layer, and batches of 64 images of $32\times 32$ pixels?

# %% [markdown] lang="zh"
# 程序库可以采用乘法次数少于定义的算法，例如 Winograd 算法（Lavin、Gray，2016）。
#
# 一步训练要在内存里保存：**参数**；每个参数的**梯度**；**优化器状态**（optimiser state，Adam 为每个参数保存两个数）；还有**激活**（activations），也就是反向传播要用到的各层输出（第 08 章）。
#
# **先猜：** 一个网络有三个卷积层和一个全连接层，每批 64 张 $32\times 32$ 的图像。哪一类占内存最多？

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
# **先猜：** 参数、梯度、优化器状态、激活，哪一类占内存最多？


# %%
def training_step(net, images, labels):
    """One step with Adam; bytes of parameters, gradients, optimiser state, activations."""
    # zh: """用 Adam 训练一步；返回参数、梯度、优化器状态、激活各占多少字节。"""
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
    # zh: print(f"    优化器状态 {sizes[2]} MB，激活 {sizes[3]} MB")

# %% [markdown] lang="en" slide="fragment"
# Activations grow with the batch. Over half of them are the output of the *first* layer.

# %% [markdown] lang="zh" slide="fragment"
# 激活随批量增大。其中一半以上是**第一层**的输出。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Expect:** "the parameters", or "the optimiser". Show both lines: for one image that is true, for a batch of 64 the activations are ten times as large as everything else together.
#
# **Ask:** a batch does not fit into memory. At which end of the network do you look first? (At the early layers: large maps, few weights.)
#
# Say what is not counted: workspace of the library and temporary tensors.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **常见错误：** “参数”，或“优化器”。对照两行输出：只有一张图像时确实如此；一批 64 张时，激活是其余各项总和的十倍。
#
# **提问：** 一批数据装不进内存，先看网络的哪一头？（靠前的层：特征图大，权重少。）
#
# 说明没有计入的：程序库的工作区和临时张量。

# %% [markdown] lang="en"
# Activations grow with the batch: 15.5 MB for 64 images, about ten times as much as the rest. The output of the first
# layer takes 8.4 MB of it, although that layer has under 1% of the parameters. If a batch does not fit into memory, look
# at early layers first. Temporary tensors and the **workspace**, memory that a library borrows while it computes, are not counted.
#
# <details><summary><b>Check yourself:</b> a 3×3 layer gets stride 2 instead of 1. What becomes cheaper, and what does not?</summary>
#
# The output has half as many rows and columns (up to rounding), so multiply-adds and activations fall to a quarter. The parameters stay as they are. Many networks double the channels at the same
# time; then the next layer has as many multiply-adds as before (He et al. 2016).
# </details>

# %% [markdown] lang="zh"
# 激活随批量增大：64 张图像时是 15.5 MB，约为其余各类总和的十倍。其中第一层的输出占 8.4 MB，
# 而这一层的参数还不到全部的 1%。一批数据装不进内存时，先看靠前的层。没有计入的有临时张量，还有**工作区**（workspace），即程序库计算时临时借用的内存。
#
# <details><summary><b>自测：</b>一个 3×3 的层，步幅由 1 改为 2。哪些变便宜了，哪些没有？</summary>
#
# 输出的行数和列数都减半（除不尽时取整），所以乘加次数和激活都降到四分之一。参数不变。许多网络同时把通道数加倍，
# 这样下一层的乘加次数与原来相同（He 等，2016）。
# </details>

# %% [markdown] lang="en"
# ## 6 · Groups
#
# Must every output read every input? A **grouped convolution** with `groups=g` divides input and output channels, in their order, into $g$ groups. Each output reads only its own group of inputs.
#
# **Predict:** 4 channels in, 8 out, `groups=2`. Which of the four numbers in the weight's shape `(8, 4, 3, 3)` is divided by 2?

# %% [markdown] lang="zh"
# ## 6 · 分组
#
# 每个输出非要读每个输入不可吗？**分组卷积**（grouped convolution）设 `groups=g`，把输入通道和输出通道都按次序分成 $g$ 组，每个输出只读自己那一组输入。
#
# **先猜：** 4 个通道进，8 个出，`groups=2`。权重的形状 `(8, 4, 3, 3)` 里，哪一个数要除以 2？

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
d2l.show_grids({"1 group": reads[1], "2 groups": reads[2], "4 groups": reads[4]})
# zh: d2l.show_grids({"1 组": reads[1], "2 组": reads[2], "4 组": reads[4]})

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
    print(f"groups={g}: weight {tuple(layer.weight.shape)}, {layer.weight.numel()} numbers")
    # zh: print(f"分组数 {g}：权重 {tuple(layer.weight.shape)}，{layer.weight.numel()} 个数")

# %% [markdown] lang="en"
# The depth of each kernel is divided, $c_i/g$, and with it weights and multiply-adds; biases and activations stay. A layer with two groups is two smaller layers side by side; AlexNet (Krizhevsky et al. 2012) ran some layers like this on two GPUs.
#
# With as many groups as input channels, each kernel is one slice deep. This **depthwise convolution** combines pixels, but no channels. A $1\times 1$ convolution combines channels, but no
# pixels. One after the other they form a **depthwise separable convolution**, from which MobileNet (Howard et al. 2017) is built.
#
# **Predict:** 64 channels in, 128 out, kernel $3\times 3$. Does the pair need one half, one quarter or one eighth of the multiply-adds of an ordinary layer?

# %% [markdown] lang="zh"
# 除的是每个卷积核的深度，变成 $c_i/g$，权重和乘加次数随之减少，偏置和激活不变。分两组的层，就是并排的两个小层；AlexNet（Krizhevsky 等，2012）有几层就是这样分在两块 GPU 上算的。
#
# 有几个输入通道就分几组，每个卷积核只剩一片，这叫**逐通道卷积**（depthwise convolution）：它组合像素，不组合通道。$1\times 1$ 卷积组合通道，不组合像素。
# 两者先后使用，叫做**深度可分离卷积**（depthwise separable convolution），MobileNet（Howard 等，2017）就由它搭成。
#
# **先猜：** 64 个通道进，128 个出，卷积核 $3\times 3$。这两层合起来，乘加次数大约是普通层的一半、四分之一，还是八分之一？

# %% [markdown] lang="en" slide="slide"
# ## Depthwise separable convolution
#
# First $3\times 3$ on each *channel* alone, then $1\times 1$ on each *pixel* alone. 64 in, 128 out.
#
# **Predict:** does it need one half, one quarter or one eighth of the multiply-adds?

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
# **Ask:** what can the pair not do, if nothing stands between the two layers? (All outputs see channel $i$ through the same $3\times 3$ slice, only scaled.)
#
# **Expect:** "so it is eight times as fast." Multiply-adds are not seconds: at least as many activations are read and written.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 推导这个比值：每个位置上是 $k^2 c_i$ 加 $c_i c_o$，与 $k^2 c_i c_o$ 相比。
#
# **提问：** 如果两层之间什么也没有，它做不到什么？（所有输出都通过同一片 $3\times 3$ 去看通道 $i$，只差一个倍数。）
#
# **常见错误：** “那就快了八倍。”乘加次数不等于秒数：要读写的激活至少和原来一样多。

# %% [markdown] lang="en"
# At each position the two layers need $k^2 c_i$ and $c_i c_o$ multiply-adds, the ordinary layer $k^2 c_i c_o$, so the share is
#
# $$\frac{k^2 c_i + c_i c_o}{k^2 c_i c_o} = \frac{1}{c_o} + \frac{1}{k^2}$$
#
# The time saved is often smaller, since the pair reads and writes at least as many activations. The pair can also do less. With nothing in between it is one convolution with the kernel
#
# $$K_{o,i,a,b} = P_{o,i}\,D_{i,a,b}$$
#
# where $D$ is the depthwise kernel and $P$ the $1\times 1$ matrix:

# %% [markdown] lang="zh"
# 在每个位置上，这两层各要 $k^2 c_i$ 次和 $c_i c_o$ 次乘加，普通层要 $k^2 c_i c_o$ 次，所以比值是
#
# $$\frac{k^2 c_i + c_i c_o}{k^2 c_i c_o} = \frac{1}{c_o} + \frac{1}{k^2}$$
#
# 省下的时间往往没有这么多，因为这两层要读写的激活至少和原来一样多。它能做的事也少一些。中间什么也没有时，它就是一个卷积，卷积核是
#
# $$K_{o,i,a,b} = P_{o,i}\,D_{i,a,b}$$
#
# 其中 $D$ 是逐通道的卷积核，$P$ 是 $1\times 1$ 的矩阵：

# %%
torch.manual_seed(2)
four_channels = torch.randn(1, 4, 9, 10, dtype=torch.float64)
D, P = torch.randn(4, 1, 3, 3).double(), torch.randn(6, 4, 1, 1).double()
together = P * D.transpose(0, 1)  # (6, 4, 1, 1) * (1, 4, 3, 3)
d2l.compare(
    F.conv2d(F.conv2d(four_channels, D, groups=4), P), F.conv2d(four_channels, together)
)

# %% [markdown] lang="en"
# All outputs see channel $i$ through the same slice $D_i$, only scaled. This holds if each input channel gets one depthwise kernel (a **depth multiplier** of 1) and nothing
# is in between. MobileNet puts batch normalisation and a ReLU there.
#
# <details><summary><b>Check yourself:</b> all layers of a network have groups=2. What can its first output never depend on?</summary>
#
# On the second half of the input channels. The first group reads only the first group in each layer, so the network consists of two networks that never exchange anything. ShuffleNet (Zhang et al. 2018) reorders
# the channels between grouped layers (exercise 4); a $1\times 1$ layer without groups also mixes them.
# </details>

# %% [markdown] lang="zh"
# 所有输出都通过同一片 $D_i$ 去看通道 $i$，只差一个倍数。条件是每个输入通道只有一个逐通道的卷积核（**深度乘数**，depth multiplier，为 1），
# 而且两层之间什么也没有。MobileNet 在中间放了批归一化（batch normalization）和 ReLU。
#
# <details><summary><b>自测：</b>一个网络的各层都是 groups=2。它的第一个输出永远不会取决于什么？</summary>
#
# 输入通道的后一半。每一层的第一组都只读第一组，所以这是两个互不交换信息的网络。中间总要有一层负责混合通道：ShuffleNet（Zhang 等，2018）在分组的层之间重排通道（练习 4）；
# 不分组的 $1\times 1$ 层也能混合它们。
# </details>

# %% [markdown] lang="en"
# ## 7 · Two layers, or one?
#
# The last two layers could be merged into one. Is that because one of them is $1\times 1$?
#
# **Predict:** can one convolution replace two $2\times 2$ convolutions with nothing in between, and how large is its kernel?
#
# The second layer multiplies outputs of the first, which are sums of products. So the merged kernel $C$ collects the products of elements of $A$ and $B$ whose positions add up:
#
# $$C_c = \sum_{a+b=c} A_a B_b$$
#
# Each index stands for a row and a column. This is the "full" convolution of the two kernels (chapter 02), with $k_A + k_B - 1$ elements on each axis.

# %% [markdown] lang="zh"
# ## 7 · 两层，还是一层？
#
# 刚才的两层可以合并成一层。是因为其中一层是 $1\times 1$ 吗？
#
# **先猜：** 两个 $2\times 2$ 的卷积，中间什么也没有，能不能用一个卷积代替？它的卷积核有多大？
#
# 第二层乘的是第一层的输出，而这些输出是乘积之和。所以，合并后的卷积核 $C$ 汇集了 $A$ 与 $B$ 各元素的乘积，把位置之和相同的加在一起：
#
# $$C_c = \sum_{a+b=c} A_a B_b$$
#
# 每个下标都代表一行和一列。这是两个卷积核的完全（“full”）卷积（第 02 章），每条轴上有 $k_A + k_B - 1$ 个元素。

# %% [markdown] lang="en" slide="slide"
# ## Two layers, or one?
#
# Two $2\times 2$ convolutions with nothing in between.
#
# **Predict:** can one convolution replace them? How large is its kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 两层，还是一层？
#
# 两个 $2\times 2$ 的卷积，中间什么也没有。
#
# **先猜：** 能不能用一个卷积代替？它的卷积核有多大？


# %% tags=["slide-answer"]
def in_one(A, B):
    """The kernel of conv2d(conv2d(x, A), B); A is (c_m, c_i, h, w), B is (c_o, c_m, h, w)."""
    # zh: """`conv2d(conv2d(x, A), B)` 的卷积核；A 的形状是 `(c_m, c_i, h, w)`，B 是 `(c_o, c_m, h, w)`。"""
    h, w = B.shape[2:]
    # Padding makes it "full", flip makes it a convolution; the sum runs over the channels in between.
    # zh: # 填充使它成为完全卷积，flip 使它成为真正的卷积；求和沿中间的通道进行。
    return F.conv2d(A.transpose(0, 1), B.flip(2, 3), padding=(h - 1, w - 1)).transpose(0, 1)


small_A = torch.tensor([[1.0, 1.0], [0.0, 2.0]])
small_B = torch.tensor([[1.0, -1.0], [3.0, 0.0]])
C = in_one(small_A[None, None], small_B[None, None])[0, 0]
d2l.show_grids(A=small_A, B=small_B, C=C)

# %% [markdown] lang="en" slide="fragment"
# Yes: $k_A + k_B - 1$ elements on each axis. A *ReLU* between them prevents this.

# %% [markdown] lang="zh" slide="fragment"
# 能：每条轴上 $k_A + k_B - 1$ 个元素。中间放一个 **ReLU**，就不行了。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Check the middle element together: $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$.
#
# **Ask:** so why are deep networks not one layer? Collect answers, then name the ReLU: a convolution without bias satisfies $f(x+y) = f(x) + f(y)$. With the ReLU this fails, so *no* single convolution can replace the two layers.
#
# **Expect:** "a bias would prevent it." It only adds constants.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一起核对正中间的元素：$A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$。
#
# **提问：** 那么深层网络为什么不等于一层？先收集答案，再说 ReLU：不带偏置的卷积满足 $f(x+y) = f(x) + f(y)$；加了 ReLU 就不成立，所以**没有哪一个**卷积能代替这两层。
#
# **常见错误：** “加上偏置就不能合并了。”偏置只是加上常数。

# %% [markdown] lang="en"
# The middle element is $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$. With many channels the
# products along all paths through the channels in between are added:

# %% [markdown] lang="zh"
# 正中间的元素是 $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$。通道多了，
# 就把经由中间各通道的所有路径上的乘积都加起来：

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
# Layers of convolutions alone can thus be replaced by one. In a network a **non-linearity** stands between them, such as the ReLU, which sets negative numbers to zero. A convolution without
# bias is **linear**: $f(x+y) = f(x) + f(y)$. And with a ReLU in between?

# %% [markdown] lang="zh"
# 可见，只有卷积的多层网络可以用一层代替。在真正的网络里，层与层之间有**非线性**（non-linearity），例如 ReLU，它把负数变成零。不带偏置的卷积是**线性**的：
# $f(x+y) = f(x) + f(y)$。中间放一个 ReLU 呢？


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
# Every convolution without bias passes this test, so none can replace the two layers with the ReLU.
#
# Are the 64 channels in between arbitrary? We mix them by a rotation $Q$ and let the second layer begin with its inverse. The ReLU works on each channel separately:

# %% [markdown] lang="zh"
# 任何不带偏置的卷积都满足这个等式，所以没有哪个卷积能代替带 ReLU 的这两层。
#
# 那么，中间的 64 个通道可以随意混合吗？用一个旋转 $Q$ 混合它们，再让第二层先作逆变换。ReLU 是对每个通道单独作用的：

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
# So the ReLU gives individual channels a role, whether or not people can name it; their order is arbitrary.
#
# <details><summary><b>Check yourself:</b> both layers have a bias, and there is no ReLU. Can they still be merged? And does a bias help to imitate the two layers with a ReLU?</summary>
#
# They can be merged. A bias adds a constant to each channel, and the second layer turns these constants into other constants, which one bias for each output channel can hold.
# It does not help to imitate the ReLU: for a black image the two layers without bias give zero, so the bias would have to be zero.
# (With zero padding between the layers the merged kernel is wrong near the border: there the second layer reads zeros, where the merged kernel would need the first layer's outputs.)
# </details>

# %% [markdown] lang="zh"
# 所以 ReLU 让每个通道各有自己的作用，不管人们能不能说出它的含义；它们的次序可以任意。
#
# <details><summary><b>自测：</b>两层都带偏置，中间没有 ReLU，还能合并吗？要模仿带 ReLU 的两层，偏置有用吗？</summary>
#
# 能合并。偏置给每个通道加一个常数，第二层把这些常数变成另一些常数，用每个输出通道一个偏置就能表示。
# 要模仿 ReLU，偏置却没有用：对全黑的图像，不带偏置的两层给出零，所以这个偏置只能是零。
# （如果两层之间有零填充，合并后的卷积核在边界附近就不对了：那里第二层读到的是零，而合并后的卷积核需要的是第一层的输出。）
# </details>

# %% [markdown] lang="en"
# ## 8 · Where this is used today
#
# **Predict:** what share of the multiply-adds of ResNet-50, MobileNetV2 and ConvNeXt-T do $1\times 1$ convolutions need, for an image of $224\times 224$ pixels?
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
# **Predict:** what share of the multiply-adds of ResNet-50, MobileNetV2 and ConvNeXt-T is spent in $1\times 1$ convolutions?

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
# Over half in ResNet-50, about nine tenths in the other two, where most larger kernels are depthwise. In a vision transformer (Dosovitskiy et al. 2021) linear layers treat each patch of the image separately,
# as a $1\times 1$ convolution treats each pixel. Attention, whose weights depend on the image, mixes the positions.
#
# <details><summary><b>Check yourself:</b> a depthwise 7×7 layer, as in ConvNeXt (Liu et al. 2022), and a 1×1 layer both have 384 channels in and out. Which has more weights?</summary>
#
# The $1\times 1$ layer: $384 \cdot 384 = 147{,}456$ against $384 \cdot 49 = 18{,}816$. A large depthwise kernel is cheap when there are many channels.
# </details>

# %% [markdown] lang="zh"
# ResNet-50 里超过一半，另外两个约为九成，它们的较大卷积核多数是逐通道的。在视觉 Transformer（Dosovitskiy 等，2021）里，线性层单独处理图像的每个图块，
# 就像 $1\times 1$ 卷积单独处理每个像素；混合各个位置的是注意力，其权重取决于图像的内容。
#
# <details><summary><b>自测：</b>一个逐通道的 7×7 层（ConvNeXt 用的就是这种，Liu 等，2022）和一个 1×1 层，输入和输出都是 384 个通道。哪个权重多？</summary>
#
# $1\times 1$ 的层：$384 \cdot 384 = 147{,}456$，而另一个是 $384 \cdot 49 = 18{,}816$。通道多的时候，大的逐通道卷积核很便宜。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - One kernel reads all channels: a slice for each, one plain sum
# - One kernel gives one feature map; a layer has $c_o$ of them
# - Weight $c_o \times c_i \times k_h \times k_w$; $1\times 1$ mixes channels only
# - Every weight is used once at each output position; groups divide the cost
# - Without a ReLU between them, two layers are one

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 一个卷积核读取全部通道：每个通道一片，直接相加
# - 一个卷积核给出一张特征图；一个层有 $c_o$ 个卷积核
# - 权重 $c_o \times c_i \times k_h \times k_w$；$1\times 1$ 只混合通道
# - 每个权重在每个输出位置上各用一次；分组把代价除小
# - 中间没有 ReLU，两层就是一层

# %% [markdown] lang="en" slide="notes"
# **1 min.** Read the opening question again and let the class answer its three parts.
#
# Set exercises 1 to 3 now; 4 and 5 belong together; the hard ones are homework. Next: how exactly does the position of a feature have to be known? Chapter 07, pooling.

# %% [markdown] lang="zh" slide="notes"
# **1 分钟。** 把开头的问题再念一遍，让全班回答它的三个部分。
#
# 现在布置练习 1 到 3；4 和 5 是连着的；难的留作课后。下一步：特征的位置需要知道得多准确？第 07 章，汇聚。

# %% tags=["exercises"]
exercises.ch06

# %% [markdown] lang="en"
# ## Summary
#
# One kernel reads all channels because it has a slice for each; all products are added. The 64 output channels of a layer
# describe each position in many ways. Each of them reads every input channel, so the weight has the shape $c_o \times c_i \times k_h \times k_w$. A $1\times 1$ convolution mixes only the channels of each pixel.
#
# Each output channel costs $k_h k_w c_i$ multiply-adds at each position, and in training one more stored feature map per image. Groups divide the depth of the kernels. A depthwise separable pair needs $1/c_o + 1/k^2$ of the multiply-adds, but has
# a single spatial kernel per input channel. Without a non-linearity in between, two layers are one.
#
# **Next:** chapter 07 summarises neighbourhoods by pooling.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, Dive into Deep Learning ([English](https://d2l.ai/chapter_convolutional-neural-networks/channels.html), [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/channels.html)), "Multiple Input and Multiple
#   Output Channels", whose example numbers we share.
# - Lin, Chen and Yan 2014, [Network In Network](https://arxiv.org/abs/1312.4400), an early use of the $1\times 1$ convolution.
# - Krizhevsky, Sutskever and Hinton 2012, [AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks); He et al. 2016, [ResNet](https://arxiv.org/abs/1512.03385).
# - Howard et al. 2017, [MobileNets](https://arxiv.org/abs/1704.04861); Sandler et al. 2018, [MobileNetV2](https://arxiv.org/abs/1801.04381); Zhang et al. 2018, [ShuffleNet](https://arxiv.org/abs/1707.01083).
# - Liu et al. 2022, [ConvNeXt](https://arxiv.org/abs/2201.03545); Dosovitskiy et al. 2021, [vision transformers](https://arxiv.org/abs/2010.11929).
# - Lavin and Gray 2016, [Fast Algorithms for Convolutional Neural Networks](https://arxiv.org/abs/1509.09308).

# %% [markdown] lang="zh"
# ## 小结
#
# 一个卷积核为每个通道各备一片，所有乘积相加，所以能同时读取全部通道。一个层要有 64 个输出通道，是为了从多个方面描述每个位置。
# 每个输出通道都读每个输入通道，所以权重的形状是 $c_o \times c_i \times k_h \times k_w$；$1\times 1$ 卷积只混合每个像素的各个通道。
#
# 每个输出通道在每个位置上要 $k_h k_w c_i$ 次乘加；训练时，每张图像还要多存一张特征图。分组除的是卷积核的深度。深度可分离卷积的乘加次数只有 $1/c_o + 1/k^2$，
# 代价是每个输入通道只能用一种空间卷积核。中间没有非线性，两层就是一层。
#
# **下一步：** 第 07 章讲汇聚（池化），用一个数概括一小片邻域。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：《动手学深度学习》（[英文版](https://d2l.ai/chapter_convolutional-neural-networks/channels.html)、[中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/channels.html)）中关于多输入、多输出通道的一节，本章的例子沿用了其中的数字。
# - Lin、Chen、Yan，2014：[Network In Network](https://arxiv.org/abs/1312.4400)，$1\times 1$ 卷积的早期应用。
# - Krizhevsky、Sutskever、Hinton，2012：[AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks)；He 等，2016：[ResNet](https://arxiv.org/abs/1512.03385)。
# - Howard 等，2017：[MobileNets](https://arxiv.org/abs/1704.04861)；Sandler 等，2018：[MobileNetV2](https://arxiv.org/abs/1801.04381)；Zhang 等，2018：[ShuffleNet](https://arxiv.org/abs/1707.01083)。
# - Liu 等，2022：[ConvNeXt](https://arxiv.org/abs/2201.03545)；Dosovitskiy 等，2021：[视觉 Transformer](https://arxiv.org/abs/2010.11929)。
# - Lavin、Gray，2016：[Fast Algorithms for Convolutional Neural Networks](https://arxiv.org/abs/1509.09308)。
