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
# *A colour picture is three pictures: one of red light, one of green, one of blue. How does one kernel read three pictures at
# once, why would a layer want sixty-four answers, and what does each of them cost?*
#
# **In this chapter you will**
# - compute a cross-correlation over several channels by hand, and say what shape its kernel must have;
# - build a detector that finds edges of colour where a grey picture has none;
# - give a layer many answers, and check which input each answer reads;
# - mix colours with a kernel that covers a single pixel, and recognise a fully connected layer in it;
# - count the multiplications and the memory of any convolution, exactly, and cut them down with groups;
# - find the one kernel hidden in two layers, and the small thing that stops them from becoming one.
#
# **Time:** about 40 minutes to read and run, up to 120 more for the exercises. **You need:** chapters 02 and 03; from
# chapter 05 what padding and stride do.

# %% [markdown] lang="zh"
# # 06 通道
#
# *一张彩色照片其实是三张图：一张红光的，一张绿光的，一张蓝光的。一个卷积核怎么能同时读三张图？
# 一个层为什么要给出六十四个输出？每多一个，又要付出多少代价？*
#
# **学完本章，你将能够**
# - 手算多个通道上的互相关，并说出卷积核必须是什么形状；
# - 搭出一个检测颜色边缘的卷积核，灰度图里看不见的边缘，它能看见；
# - 让一个层给出许多输出，并查明每个输出读了哪些输入；
# - 用只盖住一个像素的卷积核调配颜色，并认出它就是全连接层；
# - 准确算出任何卷积的乘法次数和内存，并用分组把两者都降下来；
# - 找出藏在两层卷积里的那一个卷积核，以及让两层不至于并成一层的那个不起眼的东西。
#
# **所需时间：** 阅读并运行约 40 分钟，练习另需最多 120 分钟。**预备知识：** 第 02、03 章，以及第 05 章里填充和步幅的作用。

# %% [markdown] lang="en" slide="notes"
# **2 min.** If you can, bring three sheets of coloured glass or foil, red, green and blue, and hold them up. **Ask:** what does a photograph look like through each? Three grey pictures, each bright in other places.
#
# **Expect:** "then the layer treats each colour by itself." That is the belief this lecture takes apart, so let it stand for now.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 有条件的话，带红、绿、蓝三张彩色透明纸来，举起来给大家看。**提问：** 隔着每一张看照片，各是什么样子？是三张灰度图，亮的地方各不相同。
#
# **常见错误：** “那么每种颜色各算各的。”这节课要打破的正是这个想法，先不点破。

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
# ## 1 · One kernel, two pictures
#
# A **channel** is one of the pictures that lie on top of each other: red, green and blue in a photograph, later on the feature
# maps of a layer. All have the same height and width. Here are two channels, `X[0]` and `X[1]`. A kernel that is to read both
# has one **slice** for each of them. Lay each slice on its own channel, at the same place, multiply, and add up *everything*.
#
# **Predict:** which single number comes out at the top left? Two windows, eight products. Work it out on paper.

# %% [markdown] lang="zh"
# ## 1 · 一个卷积核，两张图
#
# 几张图叠在一起，其中的每一张就叫一个**通道**：照片里是红、绿、蓝，再往后就是某一层的特征图。各通道的高和宽都相同。
# 下面有两个通道，`X[0]` 和 `X[1]`。要同时读这两个通道，卷积核就得给每个通道各备**一片**。
# 每一片盖在自己的通道上，位置相同，逐格相乘，再把*所有*乘积加在一起。
#
# **先猜：** 左上角得到的那一个数是多少？两个窗口，八个乘积，先在纸上算好。

# %% [markdown] lang="en" slide="slide"
# ## One kernel, two pictures
#
# Two **channels**, a kernel with a *slice* for each: multiply, add up all.
#
# **Predict:** which single number comes out at the top left?

# %% [markdown] lang="zh" slide="slide"
# ## 一个卷积核，两张图
#
# 两个**通道**，卷积核给每个通道各备*一片*。逐格相乘，全部相加。
#
# **先猜：** 左上角得到的那一个数是多少？

# %% tags=["slide"]
X = torch.stack([torch.arange(9.0).reshape(3, 3), torch.arange(1.0, 10.0).reshape(3, 3)])
K = torch.tensor([[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])
corner = (0, 0, 2, 2)
d2l.show_grids(mark={"X0": corner, "X1": corner}, X0=X[0], X1=X[1], K0=K[0], K1=K[1])

# %% [markdown] lang="en" slide="fragment"
# Slice 0: $0+1+6+12 = 19$. Slice 1: $1+4+12+20 = 37$. The answer is 56.

# %% [markdown] lang="zh" slide="fragment"
# 第 0 片：$0+1+6+12 = 19$。第 1 片：$1+4+12+20 = 37$。输出是 56。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Paper first: eight products, one minute.
#
# **Expect:** two numbers, 19 and 37, one for each channel. That is the mistake to wait for. There is *one* answer: everything is added up.
#
# **Ask:** the kernel may move down and to the right. May it also move through the channels? No, it covers them all from the start, and so the depth is gone from the answer.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先在纸上算：八个乘积，给一分钟。
#
# **常见错误：** 答两个数，19 和 37，一个通道一个。等的就是这个答案。输出只有*一个*数：全部加在一起。
#
# **提问：** 卷积核能向下、向右移动，能不能也沿着通道移动？不能，它从一开始就盖住了全部通道，所以深度这一维在输出里消失了。

# %%
block = X[:, 0:2, 0:2]
print(tuple(block.shape), "products:", (block * K).flatten().int().tolist())
(block * K).sum()

# %% [markdown] lang="en"
# So the window is not a square but a *block*: 2 channels deep, 2 rows high, 2 columns wide. The kernel is a block of the same
# depth. It moves down and to the right as in chapter 02, but never through the channels: it covers all of them from the
# start. Therefore the depth disappears from the answer:
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# Pull the sum over $c$ to the front, and it reads: *correlate each channel with its own slice, then add the results.*

# %% [markdown] lang="zh"
# 可见，窗口不再是平面上的方块，而是*立体块*：深 2 个通道，高 2 行，宽 2 列。卷积核也是这样一块，与窗口一样深。
# 和第 02 章里一样，卷积核向右、向下移动，却从不沿着通道移动，因为它从一开始就盖住了全部通道。所以，深度这一维在输出里消失了：
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 把对 $c$ 的求和提到最前面，公式就成了这样一句话：*每个通道与自己的那一片做互相关，再把各个结果加起来。*


# %%
def multi_in(X, K):
    return sum(d2l.corr2d(x, k) for x, k in zip(X, K, strict=True))


multi_in(X, K)

# %% [markdown] lang="en"
# This is `d2l.corr2d_multi_in`. PyTorch agrees (it wants a batch axis in front of the picture, and an axis of output channels
# in front of the kernel; section 3 needs the latter):

# %% [markdown] lang="zh"
# 这就是 `d2l.corr2d_multi_in`。PyTorch 的结果也一样（它要求图像前面有批量轴，卷积核前面有输出通道轴；后者第 3 节就会用到）：

# %%
d2l.compare(F.conv2d(X[None], K[None])[0, 0], d2l.corr2d_multi_in(X, K))

# %% [markdown] lang="en"
# **Play:** move the window. In the line below the grids stand the two partial sums, first what channel 0 contributes, then
# channel 1. Is there a place where both contribute the same?

# %% [markdown] lang="zh"
# **动手：** 移动窗口（row 是行，column 是列）。图下方的算式里是两个部分和，先是通道 0 的，再是通道 1 的。
# 有没有哪个位置，两个通道的贡献相等？


# %%
def two_windows(row, column):
    a, b = (d2l.corr2d(x, k)[row, column].item() for x, k in zip(X, K, strict=True))
    frame = {"X0": (row, column, 2, 2), "X1": (row, column, 2, 2), "Y": (row, column, 1, 1)}
    sums = f"{a:.0f} + {b:.0f} = {a + b:.0f}"
    grids = dict(X0=X[0], K0=K[0], X1=X[1], K1=K[1], Y=multi_in(X, K))
    return d2l.show_grids(mark=frame, caption=sums, **grids)


# %% tags=["explorer"]
d2l.sliders(two_windows, row=range(2), column=range(2))

# %% [markdown] lang="en"
# There is none: channel 1 always contributes more. Its numbers are larger, and so are those of its slice.
#
# Two beliefs are common here. *"A kernel is a flat table, and the same table is laid on every channel."* And: *"when the channels
# are added, each gets another weight."*
#
# **Predict:** is one of them true? How many weights has a layer with 2 input channels, 1 output channel and a
# $2\times 2$ kernel: 4, 8, or 8 plus 2 for the sum?

# %% [markdown] lang="zh"
# 没有：总是通道 1 贡献得多，因为它的数更大，它那一片卷积核的数也更大。
#
# 有两种想法很常见。一种是：*“卷积核是一张平面的表，每个通道上盖的都是同一张表。”* 另一种是：*“各通道相加的时候，每个通道还要再乘一个权重。”*
#
# **先猜：** 这两种想法有对的吗？一个层有 2 个输入通道、1 个输出通道，用 $2\times 2$ 的卷积核，它有多少个权重？
# 是 4 个，8 个，还是 8 个之外再加求和用的 2 个？

# %% [markdown] lang="en" slide="slide"
# ## A block, not a square
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 2 channels in, 1 out, kernel $2\times 2$.
#
# **Predict:** how many weights: 4, or 8, or 8 plus 2 for the sum?

# %% [markdown] lang="zh" slide="slide"
# ## 立体块，不是平面方块
#
# $$Y_{i,j} = \sum_{c}\sum_{a}\sum_{b} X_{c,\,i+a,\,j+b}\,K_{c,a,b}$$
#
# 2 个通道进，1 个出，卷积核 $2\times 2$。
#
# **先猜：** 有几个权重：4 个，8 个，还是 8 个再加求和用的 2 个？

# %% tags=["slide-answer"]
layer = nn.Conv2d(2, 1, kernel_size=2, bias=False)
print("weights:", layer.weight.numel(), " shape:", tuple(layer.weight.shape))

# %% [markdown] lang="en" slide="notes"
# **3 min.** Two beliefs, take a vote on each. *A kernel is a flat table, laid on every channel alike* (4 weights). *When the channels are added, each gets another weight* (8 and 2).
#
# Neither. The slices differ, and the sum is plain. **Ask:** why would a weight for each channel be no gain? Double the slice instead.
#
# **Ask:** how many numbers has a "$5\times 5$ kernel" for a photograph? 75: people leave the depth unsaid.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 有两种常见的想法，各举手表决一次。*卷积核是一张平面的表，每个通道上盖的都一样*（4 个权重）；*通道相加时，每个还要再乘一个权重*（8 个加 2 个）。
#
# 都不对。每一片的数各不相同，相加就是普普通通地相加。**提问：** 给通道另设权重，为什么没有用处？把那一片乘以二就行了。
#
# **提问：** 用于照片的“$5\times 5$ 卷积核”有几个数？75 个：大家只是不提深度罢了。

# %%
try:
    d2l.corr2d_multi_in(X, K[0])
except ValueError as reason:
    print(reason)

# %% [markdown] lang="en"
# Neither. The kernel has a depth, with different numbers in every slice, and the sum over the channels is a plain sum. A weight
# for a channel would be no gain anyway: whoever wants channel 1 to count twice doubles its slice.

# %% [markdown] lang="zh"
# 两种都不对。卷积核是有深度的，每一片的数各不相同；通道之间就是普普通通地相加。
# 给通道另设权重也没有用处：想让通道 1 的分量加倍，把它那一片的数都乘以二就行了。

# %%
doubled = torch.stack([K[0], 2 * K[1]])
by_hand = d2l.corr2d(X[0], K[0]) + 2 * d2l.corr2d(X[1], K[1])
d2l.compare(multi_in(X, doubled), by_hand)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a photograph has three channels. How many numbers does one 5×5 kernel for it have?</summary>
#
# $3 \cdot 5 \cdot 5 = 75$. People still say "a $5\times 5$ kernel": the depth is left unsaid, because it must be
# the depth of the input.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>照片有三个通道。一个用于照片的 5×5 卷积核有多少个数？</summary>
#
# $3 \cdot 5 \cdot 5 = 75$ 个。大家照样说“$5\times 5$ 的卷积核”：深度略去不提，因为它必须等于输入的深度。
# </details>

# %% [markdown] lang="en"
# ## 2 · What colour knows and grey does not
#
# Three slices cost three times the numbers. Could we not turn the picture grey first and use one flat kernel, as chapter 03 did?
#
# Below is a flag, red on the left and green on the right. The green is chosen so that both halves are equally bright by the
# usual formula for grey, `0.299 R + 0.587 G + 0.114 B`.
#
# **Predict:** what does the edge detector `[1, -1]` answer on the grey version of this flag?

# %% [markdown] lang="zh"
# ## 2 · 颜色知道而灰度不知道的事
#
# 卷积核有三片，要用的数也就是三倍。为什么不像第 03 章那样，先把照片变成灰度，再用一个平面的卷积核呢？
#
# 下面是一面旗，左红右绿。这里的绿色是特意挑的：按通常的灰度公式 `0.299 R + 0.587 G + 0.114 B`，两半一样亮。
#
# **先猜：** 在这面旗的灰度图上，边缘检测器 `[1, -1]` 会输出什么？

# %% [markdown] lang="en" slide="slide"
# ## What colour knows and grey does not
#
# Both halves are equally bright.
#
# **Predict:** what does `[1, -1]` answer on the *grey* picture?

# %% [markdown] lang="zh" slide="slide"
# ## 颜色知道而灰度不知道的事
#
# 左右两半一样亮。
#
# **先猜：** 在*灰度*图上，`[1, -1]` 会输出什么？

# %% tags=["slide"]
gray_weights = torch.tensor([0.299, 0.587, 0.114])
flag = torch.zeros(3, 6, 8)
flag[0, :, :4] = 1.0
flag[1, :, 4:] = 0.299 / 0.587
d2l.show_images({"flag": flag}, width=3.6)

# %%
gray_flag = (gray_weights[:, None, None] * flag).sum(0)
edge = torch.tensor([[1.0, -1.0]])
print("grey picture: an edge?", (d2l.corr2d(gray_flag, edge).abs() > 1e-6).any().item())

# %% [markdown] lang="en" slide="fragment"
# Zero everywhere. Nobody could miss this edge, and grey has lost it.

# %% [markdown] lang="zh" slide="fragment"
# 处处为零。这条边缘谁都看得见，灰度却把它丢了。

# %% [markdown] lang="en" slide="notes"
# **2 min.** The formula for grey is `0.299 R + 0.587 G + 0.114 B`, and the green is chosen so that it gives both halves the same number. Three numbers were melted into one *before* anybody asked a question.
#
# **Ask:** is grey then always worse? No, it asks another question; in the notebook the two see different things on a roof. But is there a kernel that sees this border?

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 灰度公式是 `0.299 R + 0.587 G + 0.114 B`，绿色是特意挑的，好让两半得到同一个数。还没等人提问，三个数就*先*并成了一个。
#
# **提问：** 那么灰度总是更差吗？不，只是问的问题不同；笔记本里，两者在同一座屋顶上看到的东西也不同。可是，有没有哪个卷积核看得见这条分界？

# %% [markdown] lang="en"
# No edge at all, although nobody could miss it. The three numbers of a pixel were melted into one *before* anyone asked the question, and
# what is lost is lost. A kernel with depth can ask a better one: *does red change one way and green the other?* Its slices are the same edge
# detector with the signs plus, minus and zero.

# %% [markdown] lang="zh"
# 一点边缘也没有，可红绿的分界明明谁都看得见。还没等人提问，每个像素的三个数就*先*并成了一个，丢掉的再也找不回来。
# 有深度的卷积核却可以问得更高明：*红与绿是不是朝相反的方向变化*？它的三片是同一个边缘检测器，符号分别取正、负和零。

# %% [markdown] lang="en" slide="slide"
# ## Ask for colour
#
# The same edge detector in every slice, with the signs plus, minus, zero.
#
# **Predict:** at the border red falls by 1, green rises by 0.51. What is the answer?

# %% [markdown] lang="zh" slide="slide"
# ## 去问颜色
#
# 每一片都是同一个边缘检测器，符号分别取正、负、零。
#
# **先猜：** 分界处红色下降 1，绿色上升 0.51。输出是多少？

# %% tags=["slide-answer"]
red_green = torch.tensor([1.0, -1.0, 0.0])
K_color = red_green[:, None, None] * edge
Y = d2l.corr2d_multi_in(flag, K_color)
d2l.show_grids(K_red=K_color[0], K_green=K_color[1], K_blue=K_color[2], Y=Y)

# %% [markdown] lang="en" slide="notes"
# **2 min.** The kernel asks: *does red go down where green goes up?* **Expect:** 0.49, because one falls and the other rises. The minus of the green slice turns the rise around: $1 + 0.51$.
#
# **Ask:** which slice has no say here, and would it be different with another flag? Leads to the task: find your own three signs.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这个卷积核问的是：*红色下降的地方，绿色是不是上升？* **常见错误：** 一降一升，答 0.49。绿色那一片取负号，把上升又反了过来：$1 + 0.51$。
#
# **提问：** 哪一片在这里没有发言权？换一面旗会不会不同？由此引出任务：自己去找三个系数。

# %% [markdown] lang="en"
# Now on a photograph. The tiles of this roof are orange, the ridges and eaves are green, and the ribs between the tiles are a fine pattern of
# light and dark.
#
# **Predict:** chapter 03's Sobel kernel, turned so that it compares below with above, once on the grey picture and once as red against
# green. Which of the two will show the tiles, which the border between orange and green?

# %% [markdown] lang="zh"
# 再看真实的照片。这座屋顶的瓦是橙色的，屋脊和檐边是绿色的，瓦垄之间还有明暗相间的细纹。
#
# **先猜：** 取第 03 章的 Sobel 卷积核，转个方向，拿下边与上边相比；一次用在灰度图上，一次按“红对绿”用在彩色图上。
# 哪一个会显出瓦垄，哪一个会显出橙与绿的交界？

# %%
photo = d2l.photo("china")
roof = photo[:, 30:230, 80:380]
gray_roof = d2l.photo("china", gray=True)[30:230, 80:380]
d2l.show_images({"roof": roof, "gray": gray_roof})

# %%
sobel_y = torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]]) / 8
gray_edges = d2l.corr2d(gray_roof, sobel_y)
color_edges = d2l.corr2d_multi_in(roof, red_green[:, None, None] * sobel_y)
d2l.show_images({"gray": gray_edges, "red - green": color_edges}, signed=True)

# %% [markdown] lang="en"
# The grey kernel answers wherever bright lies above dark, or dark above bright: the outline against the sky, the windows, every tile. The colour kernel
# hardly minds light and shadow. It draws the border of the orange: positive (blue) along the upper edge, where orange begins below, negative (red) along the
# lower edge, where green follows. Neither is better; they ask different questions.
#
# When is the shortcut allowed, adding the channels first and correlating afterwards with one flat kernel? If all slices are equal, and in general
# only then:

# %% [markdown] lang="zh"
# 灰度的卷积核见到上下明暗不同就有反应：天空衬出的轮廓、窗格、每一垄瓦。“红对绿”的卷积核几乎不理会明暗，
# 描出的是橙色区域的边界：在上沿，从上往下进入橙色，为正（蓝）；在下沿，从上往下转入绿色，为负（红）。
# 两者没有高下之分，只是问的问题不同。
#
# 那么，先把通道相加、再用一个平面的卷积核，这条捷径什么时候走得通？各片完全相同的时候；一般说来，也只有这种时候：

# %%
same_slices = torch.stack([sobel_y, sobel_y, sobel_y])
shortcut = d2l.corr2d(roof.sum(0), sobel_y)
print("equal slices:    ", d2l.compare(d2l.corr2d_multi_in(roof, same_slices), shortcut).same)
print("red minus green: ", d2l.compare(color_edges, shortcut).same)

# %% [markdown] lang="en"
# **Play:** build a detector yourself. The three numbers in the row say with which factor the kernel is laid on each channel; below stands what each
# channel adds, and at the pixel you point at, the arithmetic. *All kernels* chooses the shape; begin with the identity, which only looks at one pixel.
#
# **Your task:** find factors for which the sky becomes nearly white (white is zero) and the roof does not. What do all such factors have in common?
# The cell below the picture reads your factors and says how strong the answer is, on average, on the sky at the right and on the tiles of the upper roof (a photograph counts
# from 0 to 255 here). Aim for less than 15 on the sky and more than 40 on the tiles.

# %% [markdown] lang="zh"
# **动手：** 自己搭一个检测器。那一行里的三个数是三个系数，卷积核分别乘以它们，再盖到红、绿、蓝通道上；下方是每个通道各贡献了什么，
# 指向哪个像素，就列出那里的算式。*全部卷积核*决定卷积核的样子；先从只看一个像素的恒等核开始。
#
# **任务：** 找出几组系数，让天空几乎变白（白就是零），屋顶却不变白。这样的系数有什么共同点？
# 图下面的单元格会读取你的系数，算出右侧的天空和上层屋顶的瓦片上，输出平均有多强（这里的照片从 0 数到 255）。
# 目标：天空小于 15，瓦片大于 40。

# %% [markdown] lang="en" slide="slide"
# ## Play: a detector of your own
#
# **Task:** find three factors that turn the sky white (zero), but not the roof.

# %% [markdown] lang="zh" slide="slide"
# ## 动手试：自己搭一个检测器
#
# **任务：** 找三个系数，让天空变白（也就是零），屋顶却不变白。

# %% tags=["explorer", "slide"]
from d2lutil.explorers import ChannelExplorer

detector = ChannelExplorer(roof, [[1.0, 1.0, 1.0]], display="signed")
detector

# %% [markdown] lang="en" slide="notes"
# **4 min.** E goes into the picture, Tab to the three numbers of the row, arrow keys or digits change them, Escape leaves. Begin with 1, 1, 1: everything answers. Let the class call out numbers, one change at a time.
#
# **Answer:** for instance 1, −1, 0 or 1, −0.5, −0.5. **Ask:** what have all such rows in common? They add up to zero. The sky is almost grey, and such a row is blind to grey.
#
# **Leads on:** every row is blind to something. So a layer should ask several questions.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 按 E 进入图中，用 Tab 走到那一行的三个数，用方向键或直接输入来修改，按 Esc 离开。从 1, 1, 1 开始：处处有反应。让大家报数，一次只改一个。
#
# **答案：** 例如 1, −1, 0，或 1, −0.5, −0.5。**提问：** 这样的行有什么共同点？三个数之和为零。天空接近灰色，而这样的行看不见灰色。
#
# **由此引出：** 不管哪一行，总有看不见的东西。所以一个层应该多问几个问题。


# %%
def sky_and_tiles(explorer):
    strength = explorer.output[0].abs()
    parts = {"sky": strength[48:64, 104:128], "tiles": strength[24:32, 48:64]}
    return {name: round(part.mean().item()) for name, part in parts.items()}


sky_and_tiles(detector)

# %% [markdown] lang="en"
# The sky is almost grey: its three numbers are nearly alike. So it all but vanishes when the factors add up to zero, for instance `1, -1, 0` or
# `1, -0.5, -0.5`, and what is left is colour (the sky's own faint blue included). In chapter 03 a kernel whose numbers sum to zero was blind to flat walls; here, summed
# over the channels, it is blind to grey ones.

# %% [markdown] lang="zh"
# 天空接近灰色，它的三个数差不多大。所以只要系数之和为零，例如 `1, -1, 0` 或 `1, -0.5, -0.5`，天空就几乎消失，留下的只有颜色（包括天空自己那一点淡淡的蓝）。
# 第 03 章里，各数之和为零的卷积核看不见平坦的墙；这里，各通道的系数之和为零，看不见的就是灰色。

# %%
for row in ([1, -1, 0], [1, -0.5, -0.5]):
    found = sky_and_tiles(ChannelExplorer(roof, [row]))
    print(row, found, "reached:", found["sky"] < 15 and found["tiles"] > 40)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> turn the Sobel kernel so that it compares left with right, all three factors at 1. Does it see the border of the flag?</summary>
#
# Yes: red falls by 1, green rises by $0.299/0.587 \approx 0.51$, and the sum changes. With the factors
# of the grey formula the two changes cancel exactly, and it sees nothing. Every choice of factors is blind to some pair of colours,
# so a layer should make several choices.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>把 Sobel 卷积核转成左右相比的方向，三个系数都取 1。它看得见那面旗的分界吗？</summary>
#
# 看得见：红色下降 1，绿色上升 $0.299/0.587 \approx 0.51$，二者之和变了。若取灰度公式的系数，
# 两个变化恰好抵消，就什么也看不见。不管怎么取系数，总有某两种颜色分不清，所以一个层应该多取几组。
# </details>

# %% [markdown] lang="en"
# ## 3 · Many answers
#
# One kernel, however deep, gives one map: one question, asked everywhere. To ask several questions, take several kernels, each as deep as
# the input, and stack their answers. The stack of answers is a picture with channels again, ready for the next layer.
#
# **Predict:** the second kernel is `K + 1`, the third `K + 2` (1 or 2 added to each of their eight numbers). What is the shape of
# the stacked kernel, what the shape of the output? And can you say what the second answer is, at the top left, from the first answer, 56?

# %% [markdown] lang="zh"
# ## 3 · 许多个输出
#
# 一个卷积核不管多深，都只给出一张图：一个问题，处处都问。要问几个问题，就取几个卷积核，每个都与输入一样深，再把它们的输出叠起来。
# 叠起来的输出又是一张有通道的图像，可以直接交给下一层。
#
# **先猜：** 第二个卷积核是 `K + 1`，第三个是 `K + 2`（八个数各加 1 或 2）。叠起来的卷积核是什么形状？输出是什么形状？
# 第一个输出的左上角是 56，你能由此说出第二个输出的左上角吗？

# %%
K3 = torch.stack([K, K + 1, K + 2])
tuple(K3.shape)

# %%
Y3 = d2l.corr2d_multi_in_out(X, K3)
Y3

# %% [markdown] lang="en"
# From 56 to 76 to 96: each step adds 20, the sum of the eight picture numbers in that block. A kernel of ones would answer exactly
# that, because the answer is linear in the kernel:

# %% [markdown] lang="zh"
# 从 56 到 76 再到 96：每一步加 20，正是图像那一块里八个数之和。全为一的卷积核给出的恰好是这个数，因为输出对卷积核是线性的：

# %%
d2l.compare(Y3[1] - Y3[0], d2l.corr2d_multi_in(X, torch.ones(2, 2, 2)))

# %% [markdown] lang="en"
# The kernel of a layer therefore has four axes,
#
# $$c_o \times c_i \times k_h \times k_w$$
#
# These are output channels, input channels, height, width. Read it from the left: $c_o$ kernels, each $c_i$ deep. There is one bias for each
# *answer*, so $c_o$ of them. `nn.Conv2d` keeps exactly these:

# %% [markdown] lang="zh"
# 因此，一个层的卷积核有四个轴：
#
# $$c_o \times c_i \times k_h \times k_w$$
#
# 依次是输出通道、输入通道、高、宽。从左往右念就是：$c_o$ 个卷积核，每个深 $c_i$。
# 偏置是每个*输出*一个，一共 $c_o$ 个。`nn.Conv2d` 里存的正是这些：

# %%
first = nn.Conv2d(in_channels=3, out_channels=64, kernel_size=(5, 7))
print("weight", tuple(first.weight.shape), "bias", tuple(first.bias.shape))
print("parameters:", sum(p.numel() for p in first.parameters()), "=", 64 * 3 * 5 * 7, "+", 64)

# %% [markdown] lang="en"
# Many people see three channels going in and three coming out, and believe that output 0 belongs to input 0: "the red one".
#
# **Predict:** a layer takes 3 channels and gives 4. Which inputs does each output read? Let us ask it: show it three pictures in which
# only one channel is lit, and mark which outputs notice.

# %% [markdown] lang="zh"
# 看到三个通道进去、三个通道出来，不少人就以为输出 0 对应输入 0，是“红色的那个”。
#
# **先猜：** 一个层输入 3 个通道，输出 4 个。每个输出读了哪几个输入？我们来问问它：给它看三张图，每张只点亮一个通道，
# 看哪些输出有反应，有反应就标出来。

# %% [markdown] lang="en" slide="slide"
# ## Is there a red output?
#
# A layer takes 3 channels and gives 4. We light one channel at a time.
#
# **Predict:** which inputs does each output notice?

# %% [markdown] lang="zh" slide="slide"
# ## 有没有“红色的输出”？
#
# 一个层输入 3 个通道，输出 4 个。我们每次只点亮一个通道。
#
# **先猜：** 每个输出对哪几个输入有反应？


# %% tags=["slide-answer"]
def who_reads_whom(layer):
    lit = torch.eye(layer.in_channels)[:, :, None, None].expand(-1, -1, 3, 3)
    noticed = layer(lit).abs().amax(dim=(2, 3)) > 0
    return noticed.T.float()  # rows: outputs, columns: inputs


torch.manual_seed(0)
d2l.show_grids(reads=who_reads_whom(nn.Conv2d(3, 4, kernel_size=3, bias=False)))

# %% [markdown] lang="en" slide="fragment"
# Every output reads *every* input: $c_o \times c_i \times k_h \times k_w$ weights, $c_o$ biases.

# %% [markdown] lang="zh" slide="fragment"
# 每个输出都读*每个*输入：权重 $c_o \times c_i \times k_h \times k_w$ 个，偏置 $c_o$ 个。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Rows are outputs, columns inputs. **Expect:** a diagonal, red to red and green to green. Ask those who say so where the fourth output comes from.
#
# Read the shape from the left: $c_o$ kernels, each $c_i$ deep. **Ask:** 64 channels in, 128 out, $3\times 3$: how many weights? $128 \cdot 64 \cdot 9 = 73{,}728$.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一行是一个输出，一列是一个输入。**常见错误：** 以为只有对角线上有反应，红对红、绿对绿。问问这样想的人：第四个输出从哪里来？
#
# 形状从左往右念：$c_o$ 个卷积核，每个深 $c_i$。**提问：** 64 个通道进，128 个出，$3\times 3$，有多少个权重？$128 \cdot 64 \cdot 9 = 73{,}728$。

# %% [markdown] lang="en"
# Rows are outputs, columns are inputs, and there is a 1 everywhere: **every output reads every input**. There is no red output. Output 0 is
# simply the answer to the first question, and $c_o$ can be any number whatever $c_i$ is.
#
# Here are four questions to our photograph, asked by one layer, and what it answers:

# %% [markdown] lang="zh"
# 一行是一个输出，一列是一个输入，处处是 1：**每个输出都读了每个输入**。没有什么“红色的输出”，输出 0 只不过是对第一个问题的回答；
# 不管 $c_i$ 是多少，$c_o$ 都可以任意取。
#
# 下面让一个层对照片问四个问题，看它怎么回答（brightness 亮度，red - green 红对绿，color edge 颜色的边缘，horizontal edge 亮度的水平边缘）：

# %%
blur = torch.ones(3, 3) / 9
questions = {
    "brightness": gray_weights[:, None, None] * blur,
    "red - green": red_green[:, None, None] * blur,
    "color edge": red_green[:, None, None] * sobel_y,
    "horizontal edge": gray_weights[:, None, None] * sobel_y,
}
bank = torch.stack(list(questions.values()))
answers = F.conv2d(roof[None], bank)[0]
tuple(bank.shape), tuple(answers.shape)

# %% [markdown] lang="en" slide="slide"
# ## One layer, four questions

# %% [markdown] lang="zh" slide="slide"
# ## 一个层，四个问题

# %% tags=["slide"]
d2l.show_images(dict(zip(questions, answers, strict=True)), columns=2)

# %% [markdown] lang="en" slide="notes"
# **2 min.** Each pixel goes in as 3 numbers and comes out as a description. **Ask:** which map would you take to find tiles? And which two together, to find the border between tiles and green eaves?
#
# That is why a layer wants sixty-four answers: the next layer reads all of them at once. **Expect:** "so each channel means something." Here we wrote the questions; learned channels need not mean anything by themselves, only their combinations are used.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每个像素进去时是 3 个数，出来时是一份描述。图上依次是亮度、红对绿、颜色的边缘、亮度的水平边缘。**提问：** 要找瓦，该看哪一张？要找瓦与绿色檐边的交界，该同时看哪两张？
#
# 一个层要六十四个输出，道理就在这里：下一层把它们一起读进来。**常见错误：** “每个通道都有自己的含义。”这里的问题是我们写的；学出来的通道未必各有含义，下一层用的只是它们的组合。

# %% [markdown] lang="en"
# (Each map is drawn from black, its smallest value, to white, its largest. In the lower two, zero is about the middle grey.)
#
# That is why a layer wants sixty-four answers. Each pixel went in as 3 numbers, and comes out as a description: how bright, how red, an
# edge of which kind. The next layer reads all of them at once and can ask things like "a colour edge, and below it no edge of brightness".
# In a real network nobody writes the questions; they are learned (chapter 04), and learned *together*. Do not expect each channel to
# have a meaning of its own: the next layer only uses their combinations.
#
# <details><summary><b>Check yourself:</b> the next layer gets these 64 channels and answers with 128, kernel 3×3. How many weights?</summary>
#
# $128 \cdot 64 \cdot 3 \cdot 3 = 73{,}728$, and 128 biases. Each of the 128 kernels is 64 deep.
# </details>

# %% [markdown] lang="zh"
# （每张图都把自己的最小值画成黑，最大值画成白。下面两张里，零大致就是中等的灰。）
#
# 这就是一个层要给出六十四个输出的原因。每个像素进去时是 3 个数，出来时是一份描述：有多亮，有多红，有没有边缘，是哪一种边缘。
# 下一层把它们一起读进来，就能问“这里有颜色的边缘，而它下面没有亮度的边缘”之类的问题。
# 在真正的网络里，问题不是谁写下来的，而是学来的（第 04 章），而且是*一起*学来的。
# 所以别指望每个通道都有自己的含义：下一层用的只是它们的组合。
#
# <details><summary><b>自测：</b>下一层读这 64 个通道，给出 128 个输出，卷积核 3×3。有多少个权重？</summary>
#
# $128 \cdot 64 \cdot 3 \cdot 3 = 73{,}728$ 个，另有 128 个偏置。这 128 个卷积核，每个都深 64。
# </details>

# %% [markdown] lang="en"
# ## 4 · A kernel of one pixel
#
# A $1\times 1$ kernel sees no neighbours. On a single channel it only multiplies by a number. What use is it on many?
#
# **Predict:** cut a picture into its pixels and shuffle them. A layer answers the shuffled picture. Is that its answer to the
# original, shuffled in the same way? For $1\times 1$? For $3\times 3$?

# %% [markdown] lang="zh"
# ## 4 · 只有一个像素的卷积核
#
# $1\times 1$ 的卷积核看不见任何邻居。只有一个通道时，它不过是乘一个数。通道多了，它有什么用？
#
# **先猜：** 把一张图拆成一个个像素，打乱次序再拼起来。先打乱、再送进一个层，与先送进这个层、再把输出照样打乱，结果是否相同？
# 对 $1\times 1$ 的层呢？对 $3\times 3$ 的层呢？

# %%
torch.manual_seed(0)
pixels = torch.randn(2, 5, 6, 7)  # two pictures, five channels
order = torch.randperm(6 * 7)


def shuffled(picture):
    return picture.flatten(2)[:, :, order].reshape(picture.shape)


# %% [markdown] lang="en" slide="slide"
# ## A kernel of one pixel
#
# Shuffle the pixels, then apply a layer. Or apply the layer, then shuffle.
#
# **Predict:** is the result the same? For $1\times 1$? For $3\times 3$?

# %% [markdown] lang="zh" slide="slide"
# ## 只有一个像素的卷积核
#
# 先打乱像素，再送进一个层；或者先送进这个层，再照样打乱。
#
# **先猜：** 结果相同吗？$1\times 1$ 呢？$3\times 3$ 呢？

# %% tags=["slide-answer"]
for k in (1, 3):
    layer = nn.Conv2d(5, 4, kernel_size=k, padding="same")
    print(f"{k}x{k}:", d2l.compare(layer(shuffled(pixels)), shuffled(layer(pixels))).same)

# %% [markdown] lang="en" slide="fragment"
# $1\times 1$ is a *fully connected layer at each pixel*, the same one everywhere.

# %% [markdown] lang="zh" slide="fragment"
# $1\times 1$ 就是*在每个像素上各用一次的全连接层*，处处是同一个。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Expect:** "a $1\times 1$ kernel only multiplies by a number." True on one channel; with many it mixes them: $c_i$ numbers of a pixel become $c_o$ new ones.
#
# **Ask:** how many biases, one in all or one for each output? (A black picture tells: four outputs, four different answers.)
#
# **Ask:** 256 channels are to become 64, and each must read all: what is cheapest? $256 \cdot 64 = 16{,}384$ weights; $3\times 3$ needs nine times as many. This is its everyday use.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **常见错误：** “$1\times 1$ 的卷积核不过是乘一个数。”只有一个通道时确实如此；通道多了，它就在混合：一个像素的 $c_i$ 个数变成 $c_o$ 个新数。
#
# **提问：** 偏置是总共一个，还是每个输出一个？（拿全黑的图像一试就知道：四个输出，四个不同的数。）
#
# **提问：** 要把 256 个通道变成 64 个，而且每个都读到全部，什么层最便宜？$256 \cdot 64 = 16{,}384$ 个权重；$3\times 3$ 是它的九倍。这正是它最平常的用途。

# %% [markdown] lang="en"
# A $1\times 1$ layer treats every pixel for itself, and all in the same way. It takes the $c_i$ numbers of a pixel and makes $c_o$
# new ones, each a weighted sum plus a bias. You know such a thing: it is a **fully connected layer**, applied at each pixel. Copy the
# weights into `nn.Linear`, which works on the last axis, and hand it the picture with the channels moved there:

# %% [markdown] lang="zh"
# $1\times 1$ 的层单独对待每个像素，而且一视同仁。拿一个像素的 $c_i$ 个数，算出 $c_o$ 个新数，每个都是加权和再加偏置。
# 这东西你见过，就是**全连接层**，只不过在每个像素上各用一次。`nn.Linear` 作用在最后一个轴上；
# 把权重抄给它，再把图像的通道轴挪到最后，交给它：

# %%
conv = nn.Conv2d(5, 4, kernel_size=1)
linear = nn.Linear(5, 4)
with torch.no_grad():
    linear.weight.copy_(conv.weight[:, :, 0, 0])
    linear.bias.copy_(conv.bias)

# %%
at_each_pixel = linear(pixels.movedim(1, -1)).movedim(-1, 1)
d2l.compare(at_each_pixel, conv(pixels), tolerance=1e-6)

# %% [markdown] lang="en"
# The same to one millionth. Since the weights are shared by all pixels, they are few: $c_o \cdot c_i$, and **one bias for each output
# channel**, not one bias in all. A black picture brings the biases to light, since nothing else is left:

# %% [markdown] lang="zh"
# 误差不超过百万分之一。所有像素共用同一组权重，所以权重很少：$c_o \cdot c_i$ 个，再加上**每个输出通道一个偏置**，
# 而不是总共只有一个偏置。拿一张全黑的图像一试，偏置就现形了，因为别的都是零：

# %%
black = conv(torch.zeros(1, 5, 1, 1)).flatten()
print("biases:", conv.bias.numel(), " different answers to black:", len(set(black.tolist())))
print("parameters:", sum(p.numel() for p in conv.parameters()), "=", 4 * 5, "+", 4)

# %% [markdown] lang="en"
# Four outputs, four different answers to black: one shared bias could not do that.
#
# A photograph shows best what mixing channels means. With $c_i = c_o = 3$ the kernel is a $3\times 3$ matrix of numbers (not to be
# confused with a $3\times 3$ window): row by row it says how much of the old red, green and blue goes into the new red, the new
# green and the new blue.
#
# **Predict:** the names of these three matrices tell what they are for. Why are the rows of `gray` equal? And which colours will `swap` give to the
# orange tiles and to the pale blue sky?

# %% [markdown] lang="zh"
# 四个输出对黑色给出四个不同的数：只有一个公共偏置的话，这是办不到的。
#
# 混合通道是怎么回事，照片上看得最清楚。取 $c_i = c_o = 3$，卷积核就是一个 $3\times 3$ 的矩阵（别与 $3\times 3$ 的窗口混淆）：
# 三行分别说明，新的红、新的绿、新的蓝里，各放多少旧的红、绿、蓝。
#
# **先猜：** 下面三个矩阵的用途，看名字就知道（gray 灰度，swap 红蓝对调，sepia 棕褐色）。`gray` 的三行为什么相同？
# 经过 `swap`，橙色的瓦和淡蓝的天各会变成什么颜色？

# %%
mixes = {
    "gray": gray_weights.repeat(3, 1),
    "swap": torch.tensor([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
    "sepia": torch.tensor(
        [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
    ),
}
d2l.show_grids(**mixes)


# %%
def mix(picture, matrix):
    return F.conv2d(picture[None], matrix[:, :, None, None])[0]


results = {name: mix(photo, matrix).clamp(0, 1) for name, matrix in mixes.items()}
d2l.show_images({"photo": photo} | results, columns=2, width=9)

# %% [markdown] lang="en"
# Three equal rows make three equal channels, and that is grey. Swapping red and blue turns orange tiles blue and a pale blue sky pale orange. Sepia is the brown of old
# photographs: three rows in nearly the same proportion, with the largest sum for red. (Pictures end at 1, so whatever comes out brighter is
# cut off.)
#
# The outputs need not be colours. Our eyes do not send red, green and blue to the brain but, roughly, one sum and two differences,
# **opponent colours**. The matrix below has a row for each; the figure shows the two differences:

# %% [markdown] lang="zh"
# 三行相同，三个通道就相同，那就是灰度。红蓝对调，橙色的瓦变成蓝色，淡蓝的天变成淡橙色。sepia 是老照片的棕褐色：三行几乎成比例，红的那行总和最大。
# （图像的值最大为 1，算出来超过它的就截掉。）
#
# 输出也不一定是颜色。我们的眼睛送给大脑的并不是红、绿、蓝，大致说来，是一个和、两个差，叫做**对立色**。
# 下面的矩阵每行对应其中一个，图中画出的是那两个差，左边红对绿，右边黄对蓝：

# %%
opponent = torch.tensor([[1 / 3, 1 / 3, 1 / 3], [1.0, -1.0, 0.0], [0.5, 0.5, -1.0]])
brightness, red_against_green, yellow_against_blue = mix(photo, opponent)
d2l.show_images(
    {"red - green": red_against_green, "yellow - blue": yellow_against_blue}, signed=True
)

# %% [markdown] lang="en"
# (The colours of these maps mark signs, as always: blue is positive. So blue means "more red than green" on the left, and "more yellow than blue" on the right;
# pale red is the opposite.)
#
# Nothing is lost in this: the matrix has an inverse, and the inverse is again a $1\times 1$ kernel.

# %% [markdown] lang="zh"
# （图中的颜色照例只表示正负，蓝为正。所以左图的蓝色是“红多于绿”，右图的蓝色是“黄多于蓝”，淡红则相反。）
#
# 这一步什么也没有丢：这个矩阵可逆，而逆矩阵又是一个 $1\times 1$ 的卷积核。

# %%
d2l.compare(mix(mix(photo, opponent), opponent.inverse()), photo)

# %% [markdown] lang="en"
# **Play:** here is such a layer, to take apart. Above are its inputs, below them the matrix with a row for each output, on the right the outputs; choose one of them, and
# the bottom line shows what it sums. *Amount* 0 leaves the picture alone, 1 applies the chosen matrix $M$; for any amount $t$ the matrix is
# $(1-t)\,I + t\,M$, with $I$ the matrix that changes nothing. Choose grey and go beyond both ends. What happens at an amount of $-1$, and what at $2$?
# (*Groups* are the subject of section 6.)
#
# **Your task:** write a matrix of your own that takes all red out of the picture and leaves green and blue as they are. What becomes of a white pixel?
# The cell below the picture says whether you have it.

# %% [markdown] lang="zh"
# **动手：** 把这样的一层拆开来看。上面是输入，下面是矩阵，每个输出占一行，右边是输出；选中一个输出，最下面一行就列出它由什么相加而成。
# *程度*为 0 时图像不变，为 1 时完全使用所选的矩阵 $M$。一般地，取值为 $t$ 时，矩阵是
# $(1-t)\,I + t\,M$，其中 $I$ 是什么都不改变的单位矩阵。选灰度，再往两端之外试试。程度取 $-1$ 时会怎样，取 $2$ 时又会怎样？
# （*分组*要到第 6 节才讲。）
#
# **任务：** 自己写一个矩阵，把图像里的红色全部去掉，绿和蓝保持不变。白色的像素会变成什么颜色？图下面的单元格会告诉你做对了没有。

# %% [markdown] lang="en" slide="slide"
# ## Play: mix the colours
#
# **Task:** take out all the red, and nothing else. What becomes of white?

# %% [markdown] lang="zh" slide="slide"
# ## 动手试：调配颜色
#
# **任务：** 去掉全部红色，别的都不变。白色会变成什么颜色？

# %% tags=["explorer", "slide"]
mixer = ChannelExplorer(roof)
mixer

# %% [markdown] lang="en" slide="notes"
# **5 min.** Before you touch it, **ask:** which colours will *swap red and blue* give to the orange tiles and to the pale blue sky? (Blue and pale orange.) E goes in; press that button. Then *grey*: why are its three rows equal? Then *amount*: $-1$ runs away from grey, the colours glow; $2$ lands on the other side, in complementary colours.
#
# The task: the first row must be 0 0 0, the rest stays. White becomes cyan. Escape leaves.
#
# Stop here for a moment: a $3\times 3$ *matrix* of channels, not a $3\times 3$ *window*. Many mix them up.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 动手之前先**提问：** *红蓝对调*会把橙色的瓦和淡蓝的天变成什么颜色？（蓝色和淡橙色。）按 E 进入，按下这个按钮。再按*灰度*：三行为什么相同？再调*程度*：$-1$ 是远离灰度，颜色变得鲜艳；$2$ 落到灰度的另一边，成了补色。
#
# 任务：第一行要填 0 0 0，其余不变。白色变成青色。按 Esc 离开。
#
# 这里停一停：这是通道的 $3\times 3$ *矩阵*，不是 $3\times 3$ 的*窗口*。很多人会混淆。

# %%
red, *rest = mixer.output
kept = all(new.equal(old) for new, old in zip(rest, mixer.input[1:], strict=True))
print("red gone:", not red.any().item(), " green and blue kept:", kept)

# %% [markdown] lang="en"
# Towards grey, the colours fade. At $-1$ we go the same way *away* from grey, and they glow: this is how "saturation" works. At $2$
# every pixel lands on the other side of grey, as bright as before (where nothing is cut off), but in the complementary colour: blue tiles, an orange sky.
#
# To take the red out, the first row must be `0 0 0`, and the other two stay as they are. White becomes cyan: what is left of it is green and blue.
#
# <details><summary><b>Check yourself:</b> a layer has 256 channels and you want to go on with 64, each of them reading all that there are. What is the cheapest layer for that?</summary>
#
# A $1\times 1$ layer, with $256 \cdot 64 = 16{,}384$ weights; a $3\times 3$ layer has nine times as many. Changing the number of
# channels is what $1\times 1$ layers are mostly used for.
# </details>

# %% [markdown] lang="zh"
# 往灰度的方向走，颜色变淡。取 $-1$，就是沿同一条路朝*远离*灰度的方向走，颜色变得鲜艳：所谓“饱和度”就是这样调的。取 $2$，
# 每个像素落到灰度的另一边，亮度不变（被截断的地方除外），颜色却成了补色：瓦变蓝，天变橙。
#
# 要去掉红色，第一行须为 `0 0 0`，另外两行不变。白色变成青色：剩下的只有绿和蓝。
#
# <details><summary><b>自测：</b>某层输出 256 个通道，你想变成 64 个再往下算，而且每个新通道都要读到原来的全部通道。用什么层最便宜？</summary>
#
# 用 $1\times 1$ 的层，权重有 $256 \cdot 64 = 16{,}384$ 个；$3\times 3$ 的层是它的九倍。
# $1\times 1$ 的层最常见的用途，就是改变通道的数目。
# </details>

# %% [markdown] lang="en"
# ## 5 · What it costs
#
# A layer costs two things: arithmetic and memory. Count the arithmetic in **multiply-adds** (MACs): one product and its addition to a
# sum. Write $m_h\times m_w$ for the size of the output.
#
# **Predict:** double both the input and the output channels of a layer. By which factor does the number of multiply-adds grow?
#
# Each number of the output is a sum of $k_h k_w c_i$ products, and there are $c_o m_h m_w$ such numbers:
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# In other words: *every weight is used once at each place of the output.*

# %% [markdown] lang="zh"
# ## 5 · 代价有多大
#
# 一个层有两样代价：计算和内存。计算量按**乘加**（MAC）来数：做一次乘法，并把积加到和里，算一次。用 $m_h\times m_w$ 表示输出的大小。
#
# **先猜：** 把一个层的输入通道和输出通道都加倍，乘加次数变成原来的几倍？
#
# 输出的每一个数都是 $k_h k_w c_i$ 个乘积之和，这样的数一共有 $c_o m_h m_w$ 个：
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# 换句话说：*每个权重在输出的每个位置上恰好用一次。*


# %%
def macs(layer, x):
    m_h, m_w = layer(x).shape[2:]
    return layer.weight.numel() * m_h * m_w


# %% [markdown] lang="en" slide="slide"
# ## What it costs
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# **Predict:** double input *and* output channels. How much more work?

# %% [markdown] lang="zh" slide="slide"
# ## 代价有多大
#
# $$\text{MACs} = k_h \cdot k_w \cdot c_i \cdot c_o \cdot m_h \cdot m_w$$
#
# **先猜：** 输入和输出的通道*都*加倍，计算量变成几倍？

# %%
stage = torch.zeros(1, 64, 56, 56)
plain = macs(nn.Conv2d(64, 64, 3, padding=1), stage)
wide = macs(nn.Conv2d(128, 128, 3, padding=1), stage.repeat(1, 2, 1, 1))
print(f"64 to 64: {plain:,}   128 to 128: {wide:,}   factor: {wide // plain}")

# %% [markdown] lang="en"
# Four, not two: twice as many kernels, and each twice as deep. (Doubling *one* of the two numbers doubles the cost.)
#
# Do not trust a formula that nobody has checked. PyTorch can count while a layer runs, in **FLOPs** (floating-point operations). A
# multiply-add is two of them, a product and an addition, so the count must be exactly twice ours. Papers mix the two up; before
# you compare two numbers, ask which was counted. (Neither counts the bias.)
# The first count takes some seconds, because PyTorch has to load its counter.

# %% [markdown] lang="zh"
# 是四倍，不是两倍：卷积核的个数加倍，每个的深度也加倍。（两个数只加倍*一个*，代价就只是两倍。）
#
# 没有验证过的公式不要轻信。PyTorch 可以在层运行的时候计数，数的是**浮点运算次数**（FLOPs）。一次乘加是一次乘法和一次加法，
# 算两次浮点运算，所以它数出来的必须恰好是我们的两倍。论文里常把两者混为一谈；比较两个数之前，先问清楚数的是哪一种。（两种都不计偏置。）
# 第一次计数要等几秒钟，因为 PyTorch 得先载入计数器。

# %%
from torch.utils.flop_counter import FlopCounterMode


def counted_flops(layer, x):
    with FlopCounterMode(display=False) as counter:
        layer(x)
    return counter.get_total_flops()


# %%
layers = [
    nn.Conv2d(64, 128, 1),
    nn.Conv2d(64, 128, (3, 5), padding=(1, 2)),
    nn.Conv2d(64, 128, 3, stride=2),
    nn.Conv2d(64, 128, 3, padding=1, stride=(1, 4), groups=4),
]
for layer in layers:
    ours, theirs = macs(layer, stage), counted_flops(layer, stage)
    print(f"{ours:>11,} MACs, {theirs:>11,} FLOPs, twice as many: {theirs == 2 * ours}")

# %% [markdown] lang="en"
# (The last layer has groups, the subject of section 6; the count holds there too.)
#
# Now memory. Two things must be kept: the **parameters**, $k_h k_w c_i c_o + c_o$ numbers, and the **activations**, which is the name for the
# numbers of the output, $c_o m_h m_w$ for each picture. A `float32` takes 4 bytes.
#
# **Predict:** an early layer works on a large picture with few channels, a late layer on a small picture with many. In which of them do
# the weights take more memory than the answers?

# %% [markdown] lang="zh"
# （最后一层用了分组，那是第 6 节的内容；公式对它照样成立。）
#
# 再看内存。要存的有两样：**参数**，共 $k_h k_w c_i c_o + c_o$ 个数；还有**激活值**，也就是输出的那些数，每张图像 $c_o m_h m_w$ 个。
# 一个 `float32` 占 4 字节。
#
# **先猜：** 靠前的层，图像大、通道少；靠后的层，图像小、通道多。在哪一种层里，权重比输出更占内存？

# %%
for c_i, c_o, m in [(3, 64, 224), (64, 128, 112), (256, 256, 28), (512, 512, 7)]:
    layer = nn.Conv2d(c_i, c_o, 3, padding=1)
    stored = sum(p.nbytes for p in layer.parameters())
    answered = layer(torch.zeros(1, c_i, m, m)).nbytes
    by_formula = (4 * (3 * 3 * c_i * c_o + c_o), 4 * c_o * m * m)
    mb = f"weights {stored / 1e6:6.3f} MB, answers {answered / 1e6:6.3f} MB"
    as_predicted = (stored, answered) == by_formula
    print(
        f"{c_i:3} to {c_o:3} channels, {m:3}x{m:<3}: {mb}, as the formula says: {as_predicted}"
    )

# %% [markdown] lang="en" slide="fragment"
# Four times: twice the kernels, each twice as deep. And memory?
#
# | $3\times 3$ layer | weights | answers |
# |:--|:--|:--|
# | early: 3 to 64 channels, $224\times 224$ | 0.007 MB | 12.845 MB |
# | late: 512 to 512 channels, $7\times 7$ | 9.439 MB | 0.100 MB |

# %% [markdown] lang="zh" slide="fragment"
# 四倍：卷积核的个数加倍，每个的深度也加倍。再看内存：
#
# | $3\times 3$ 的层 | 权重 | 输出 |
# |:--|:--|:--|
# | 靠前：3 个通道进，64 个出，$224\times 224$ | 0.007 MB | 12.845 MB |
# | 靠后：512 个通道进，512 个出，$7\times 7$ | 9.439 MB | 0.100 MB |

# %% [markdown] lang="en" slide="notes"
# **4 min.** Say the formula in words: every weight is used once at each place of the output. **Expect:** "twice". **Ask:** and if height and width are halved at the same time? Four times, divided by four. So networks do both together, and every stage costs the same.
#
# A multiply-add is two FLOPs; papers mix the two up, so ask which was counted.
#
# **Ask:** your batch does not fit into memory. At which end of the network do you look? **Expect:** "where the parameters are". It is the other end: weights are stored once, answers for each picture of the batch, until the gradients are computed (chapter 08).

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 用一句话说出这个公式：每个权重在输出的每个位置上恰好用一次。**常见错误：** 答两倍。**提问：** 如果同时把高和宽减半呢？乘以四再除以四，不变。所以网络总是两样一起做，每一段的计算量都一样。
#
# 一次乘加是两次浮点运算（FLOPs）；论文里常混为一谈，要问清数的是哪一种。
#
# **提问：** 一个批量装不进内存，该看网络的哪一头？**常见错误：** “参数多的那一头。”恰恰是另一头：权重只存一份，输出却是批量里每张图像各一份，还要一直留到算完梯度（第 08 章）。

# %% [markdown] lang="en"
# Early layers are nearly all answers, late layers nearly all weights. And there is one more catch: weights are stored once, answers for
# each picture of the batch, and training must keep them until the gradients are computed (chapter 08). If your batch does not fit into memory, look at the
# early layers.
#
# Networks often halve height and width and double the channels at the same time. Now you can see why:

# %% [markdown] lang="zh"
# 靠前的层，内存几乎全是输出；靠后的层，几乎全是权重。还有一点要当心：权重只存一份，输出却是批量里的每张图像各一份，
# 而且训练时要一直留到算完梯度（第 08 章）。如果一个批量装不进内存，先去看靠前的那些层。
#
# 许多网络把高和宽减半的同时，把通道数加倍。现在你看得出原因了：

# %%
for c, m in [(64, 56), (128, 28), (256, 14), (512, 7)]:
    layer = nn.Conv2d(c, c, 3, padding=1)
    print(f"{c:3} channels on {m}x{m}: {macs(layer, torch.zeros(1, c, m, m)):,} MACs")

# %% [markdown] lang="en"
# Four times as much for the channels, a quarter for the area: every stage costs the same.
#
# <details><summary><b>Check yourself:</b> the same 3×3 layer with stride 2 instead of 1. What becomes cheaper, and what does not?</summary>
#
# Half the rows and half the columns of answers (up to rounding): a quarter of the multiply-adds, a quarter of the activations. The parameters stay, for they do not
# know how large the picture is.
# </details>

# %% [markdown] lang="zh"
# 通道加倍，代价乘以四；面积缩小，代价又除以四：每一段的计算量都一样。
#
# <details><summary><b>自测：</b>还是那个 3×3 的层，步幅由 1 改为 2。哪些变便宜了，哪些没有？</summary>
#
# 输出的行和列都减半（除不尽时取整）：乘加次数是原来的四分之一，激活值也是四分之一。参数不变，因为参数与图像的大小无关。
# </details>

# %% [markdown] lang="en"
# ## 6 · Groups
#
# Every output reads every input, and that is what makes layers expensive. Must it? With `groups=g` the input channels are cut, in their order, into $g$ groups, the output channels
# too into $g$, and each group of outputs reads only its own group of inputs.
#
# **Predict:** 4 channels in, 8 out, two groups. What will `who_reads_whom` look like? And what becomes of the weight's shape,
# `(8, 4, 3, 3)`: which of its four numbers does `groups` divide?

# %% [markdown] lang="zh"
# ## 6 · 分组
#
# 每个输出都读每个输入，层之所以昂贵，正在于此。非得这样吗？设了 `groups=g`，输入通道就按次序分成 $g$ 组，输出通道也分成 $g$ 组，
# 每组输出只读自己那一组输入。
#
# **先猜：** 4 个通道进，8 个出，分两组。`who_reads_whom` 会是什么样子？权重的形状原来是 `(8, 4, 3, 3)`，
# `groups` 除的是四个数里的哪一个？

# %% [markdown] lang="en" slide="slide"
# ## Groups
#
# 4 channels in, 8 out; a group of outputs reads only its own inputs.
#
# **Predict:** which number of the shape `(8, 4, 3, 3)` does `groups=2` divide?

# %% [markdown] lang="zh" slide="slide"
# ## 分组
#
# 4 个通道进，8 个出，每组输出只读自己那一组输入。
#
# **先猜：** 权重的形状 `(8, 4, 3, 3)` 里，`groups=2` 除的是哪一个数？

# %% tags=["slide-answer"]
torch.manual_seed(0)
grouped = {g: nn.Conv2d(4, 8, 3, groups=g, bias=False) for g in (1, 2, 4)}
d2l.show_grids(**{f"groups_{g}": who_reads_whom(layer) for g, layer in grouped.items()})

# %% [markdown] lang="en" slide="fragment"
# The *depth* of each kernel: `(8, 2, 3, 3)`, and with 4 groups `(8, 1, 3, 3)`.

# %% [markdown] lang="zh" slide="fragment"
# 每个卷积核的*深度*：`(8, 2, 3, 3)`；分 4 组就是 `(8, 1, 3, 3)`。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Rows are outputs, columns inputs, as before. **Expect:** "8 becomes 4": but nobody gave up an output. There are still 8 kernels, 8 biases, as many activations; weights and multiply-adds are halved.
#
# If there is time, go back to the colour mixer and set *groups* to 3. **Ask** first: which of its five matrices are still possible? Only those without mixing: *identity* and *negative of red*.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 还是一行一个输出，一列一个输入。**常见错误：** “8 变成 4。”可是一个输出也没少：卷积核还是 8 个，偏置还是 8 个，激活值也一样多；减半的是权重和乘加次数。
#
# 有时间的话，回到调配颜色的演示，把*分组*设为 3。先**提问：** 五个矩阵还有哪几个做得到？只剩不混合的：*不变*和*红色取反*。

# %%
for g, layer in grouped.items():
    print(f"groups={g}: weight {tuple(layer.weight.shape)}, {layer.weight.numel()} numbers")

# %% [markdown] lang="en"
# Groups divide the **depth of each kernel**, $c_i/g$, and with it the weights and the multiply-adds. They do not divide the number
# of answers: there are still $c_o$ kernels, $c_o$ biases and as many activations. Since both sides are cut evenly, $g$ must
# divide $c_i$ and $c_o$.
#
# A layer with two groups is two small layers side by side. Cut the input and the kernels in two, run both, put the answers together:

# %% [markdown] lang="zh"
# 分组除的是**每个卷积核的深度**，变成 $c_i/g$，权重和乘加次数随之减少。输出的数目不变：卷积核还是 $c_o$ 个，偏置还是 $c_o$ 个，激活值也一样多。
# 两边都要平均分，所以 $c_i$ 和 $c_o$ 都必须能被 $g$ 整除。
#
# 分两组的层，就是并排的两个小层。把输入和卷积核都切成两半，各算各的，再把输出拼起来：

# %%
torch.manual_seed(1)
four = torch.randn(1, 4, 9, 10)
W = grouped[2].weight
halves = [
    F.conv2d(part, w) for part, w in zip(four.chunk(2, dim=1), W.chunk(2, dim=0), strict=True)
]
d2l.compare(torch.cat(halves, dim=1), grouped[2](four))

# %% [markdown] lang="en"
# **Play:** the colour mixer of section 4 again, this time with three groups. Whatever a group does not read is locked at 0.
#
# **Your task:** which of the five matrices above the picture are still possible? Decide first, then try them, and try whether the red of the picture can still be taken out.

# %% [markdown] lang="zh"
# **动手：** 还是第 4 节的颜色混合，这次分三组。哪一组不读的输入，权重就锁定为 0。
#
# **任务：** 图上方的五个矩阵，还有哪几个做得到？先想好再试；再试试图像里的红色还能不能去掉。

# %% tags=["explorer"]
ChannelExplorer(roof, groups=3)

# %%
for name, M in (mixes | {"identity": torch.eye(3)}).items():
    print(f"{name:8} zero beside the diagonal: {M.equal(torch.diag(M.diag()))}")

# %% [markdown] lang="en"
# Two of the five: the identity, and the negative of red, whose matrix has $-1, 1, 1$ on the diagonal and zeros beside it (a bias does the rest). Taking the red out is possible too. What is gone is
# every *mixture*: each output knows one colour, and 9 weights have become 3.

# %% [markdown] lang="zh"
# 五个里剩下两个：不变，以及红色取反，它的矩阵对角线上是 $-1, 1, 1$，其余全是零（剩下的由偏置完成）。去掉红色也还做得到。做不到的是
# 一切*混合*：每个输出只知道一种颜色，9 个权重只剩 3 个。

# %% [markdown] lang="en"
# Drive it to the extreme, as many groups as input channels, and every kernel is one slice deep: a **depthwise** convolution. It looks at neighbours, but
# each channel stays alone. The $1\times 1$ layer is its opposite: it mixes channels, but each pixel stays alone. One after the other they
# do both jobs, and the pair is called a **depthwise separable** convolution.
#
# **Predict:** 64 channels in, 128 out, kernel $3\times 3$. What fraction of an ordinary layer's multiply-adds does the pair need: about one half,
# one quarter, or one eighth?

# %% [markdown] lang="zh"
# 推到极端，有几个输入通道就分几组，每个卷积核只剩一片：这叫**逐通道卷积**（depthwise）。它看邻居，但各个通道互不往来。
# $1\times 1$ 的层正相反：混合通道，但各个像素互不往来。两者先后使用，两件事就都做了，
# 合起来叫做**深度可分离卷积**（depthwise separable）。
#
# **先猜：** 64 个通道进，128 个出，卷积核 $3\times 3$。这样两层合起来，乘加次数大约是普通层的一半、四分之一，还是八分之一？

# %% [markdown] lang="en" slide="slide"
# ## As many groups as channels
#
# First $3\times 3$, each *channel* alone; then $1\times 1$, each *pixel* alone. 64 in, 128 out.
#
# **Predict:** which share of the ordinary cost: one half, one quarter, one eighth?

# %% [markdown] lang="zh" slide="slide"
# ## 有几个通道就分几组
#
# 先 $3\times 3$，各*通道*互不往来；再 $1\times 1$，各*像素*互不往来。64 进，128 出。
#
# **先猜：** 代价是普通层的一半、四分之一，还是八分之一？

# %% tags=["slide-answer"]
ordinary = nn.Conv2d(64, 128, 3, padding=1, bias=False)
depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)
pointwise = nn.Conv2d(64, 128, 1, bias=False)
pair = macs(depthwise, stage) + macs(pointwise, depthwise(stage))
print(f"pair {pair:,} MACs, ordinary {macs(ordinary, stage):,} MACs")

# %% [markdown] lang="en" slide="fragment"
# About one eighth: $\frac{1}{c_o} + \frac{1}{k^2} = \frac{1}{128} + \frac{1}{9} \approx 0.12$

# %% [markdown] lang="zh" slide="fragment"
# 大约八分之一：$\frac{1}{c_o} + \frac{1}{k^2} = \frac{1}{128} + \frac{1}{9} \approx 0.12$

# %% [markdown] lang="en" slide="notes"
# **3 min.** The pair is called *depthwise separable*; small networks for phones live on it.
#
# **Ask:** what can it *not* do? All outputs look at channel $i$ through the same slice, only stronger or weaker: "horizontal edges of red for me, vertical ones for you" is impossible.
#
# **Expect:** "eight times as fast." A count is not a clock: it moves as many activations as before, and more.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 这一对合起来叫*深度可分离卷积*，手机上的小网络靠的就是它。
#
# **提问：** 它*不能*做什么？所有输出都只能透过同一片去看通道 $i$，只有强弱之分：“我要红色的水平边缘，你要竖直的”，办不到。
#
# **常见错误：** “那就快了八倍。”次数不等于时间：要读写的激活值非但不少，反而更多。

# %% [markdown] lang="en"
# The depthwise part needs $k^2 c_i$ multiply-adds at each place, the $1\times 1$ part (**pointwise**) $c_i c_o$, the ordinary layer $k^2 c_i c_o$. Divide:
#
# $$\frac{k^2 c_i + c_i c_o}{k^2 c_i c_o} = \frac{1}{c_o} + \frac{1}{k^2}$$
#
# Fractions can be compared exactly:

# %% [markdown] lang="zh"
# 在每个位置上，逐通道的部分要 $k^2 c_i$ 次乘加，$1\times 1$ 的部分（**逐点**，pointwise）要 $c_i c_o$ 次，普通层要 $k^2 c_i c_o$ 次。相除得
#
# $$\frac{k^2 c_i + c_i c_o}{k^2 c_i c_o} = \frac{1}{c_o} + \frac{1}{k^2}$$
#
# 用分数来比，可以分毫不差：

# %%
from fractions import Fraction

ratio = Fraction(pair, macs(ordinary, stage))
print(
    f"{ratio} = {float(ratio):.4f}, as predicted:", ratio == Fraction(1, 128) + Fraction(1, 9)
)

# %% [markdown] lang="en"
# About one eighth. With many channels only $1/k^2$ is left. Small networks for phones live on this. But a count is not a
# clock: the pair reads and writes as many activations as before and more, so the time saved on a real machine is often much less.
#
# And nothing is free. What can the pair *not* do? Work out which kernel the two make together. Output $o$ takes $P_{o,i}$ times channel $i$,
# and channel $i$ was correlated with the one slice $D_i$:
#
# $$K_{o,i,a,b} = P_{o,i}\,D_{i,a,b}$$

# %% [markdown] lang="zh"
# 大约是八分之一。通道很多时，就只剩下 $1/k^2$ 了。手机上的小网络靠的就是这个。
# 不过，次数不等于时间：这两层要读写的激活值非但不少，反而更多，所以在真实的机器上，省下的时间往往少得多。
#
# 而且天下没有白吃的午餐。这两层*不能*做什么？来算一算两者合起来是什么卷积核。输出 $o$ 取通道 $i$ 的 $P_{o,i}$ 倍，
# 而通道 $i$ 此前只与一片 $D_i$ 做过互相关：
#
# $$K_{o,i,a,b} = P_{o,i}\,D_{i,a,b}$$

# %%
torch.manual_seed(2)
exact = four.double()
D, P = torch.randn(4, 1, 3, 3).double(), torch.randn(6, 4, 1, 1).double()
together = P * D.transpose(0, 1)  # (6, 4, 1, 1) times (1, 4, 3, 3)
d2l.compare(F.conv2d(F.conv2d(exact, D, groups=4), P), F.conv2d(exact, together))

# %% [markdown] lang="en"
# All outputs must look at channel $i$ through the same little window $D_i$, only stronger or weaker. "Horizontal edges of red for me, vertical ones for
# you" is impossible.
#
# <details><summary><b>Check yourself:</b> your network consists of layers with groups=2 only. What can its first output never know?</summary>
#
# Anything about the second half of the input channels. Group 1 reads group 1 in every layer; the two halves are two networks that never
# meet. Something must mix the channels in between: a $1\times 1$ layer, or a change of their order (exercise 4).
# </details>

# %% [markdown] lang="zh"
# 所有输出都只能透过同一个小窗口 $D_i$ 去看通道 $i$，只有强弱之分。“我要红色的水平边缘，你要竖直的”，这就办不到了。
#
# <details><summary><b>自测：</b>你的网络全由 groups=2 的层组成。它的第一个输出永远不可能知道什么？</summary>
#
# 输入通道后一半的任何信息。每一层里第 1 组都只读第 1 组，两半成了互不相见的两个网络。
# 中间总得有什么来混合通道：用 $1\times 1$ 的层，或者改变通道的次序（练习 4）。
# </details>

# %% [markdown] lang="en"
# ## 7 · Two layers, or one?
#
# We have just merged a pair of layers into a single kernel. Was that luck, because one of them was $1\times 1$?
#
# **Predict:** two convolutions, one after the other, with nothing in between. Can two always be replaced by one? How large is its kernel, if both
# are $2\times 2$?
#
# Write both down for one channel and put the first into the second. With $A$ the first kernel and $B$ the second,
#
# $$Z_{p} = \sum_b B_b\,Y_{p+b} = \sum_b B_b \sum_a A_a\,X_{p+b+a} = \sum_c \Big(\sum_{a+b=c} A_a B_b\Big) X_{p+c}$$
#
# where each index stands for a row and a column. The bracket is the kernel we look for: **all products $A_a B_b$ whose positions add up
# to $c$**. That is a true convolution of the two kernels, in which every overlap counts, and its size is $k_A + k_B - 1$ on each axis.

# %% [markdown] lang="zh"
# ## 7 · 两层，还是一层？
#
# 刚才我们把两层并成了一个卷积核。会不会只是碰巧，因为其中一层是 $1\times 1$？
#
# **先猜：** 两个卷积先后使用，中间什么也没有，是不是总能用一个卷积来代替？如果两个都是 $2\times 2$，代替它们的卷积核有多大？
#
# 先只考虑一个通道，写出这两层，再把第一层代入第二层。设 $A$ 是第一个卷积核，$B$ 是第二个，则
#
# $$Z_{p} = \sum_b B_b\,Y_{p+b} = \sum_b B_b \sum_a A_a\,X_{p+b+a} = \sum_c \Big(\sum_{a+b=c} A_a B_b\Big) X_{p+c}$$
#
# 这里每个下标都同时代表行与列。括号里就是要找的卷积核：**位置之和等于 $c$ 的所有乘积 $A_a B_b$ 相加**。
# 这正是两个卷积核真正意义上的卷积，所有重叠都算数，每条轴上的大小是 $k_A + k_B - 1$。


# %%
def in_one(A, B):
    """The kernel of conv2d(conv2d(x, A), B); A is (c_m, c_i, h, w), B is (c_o, c_m, h, w)."""
    h, w = B.shape[2:]
    full = F.conv2d(A.transpose(0, 1), B.flip(2, 3), padding=(h - 1, w - 1))
    return full.transpose(0, 1)


# %% [markdown] lang="en" slide="slide"
# ## Two layers, or one?
#
# Two convolutions, both $2\times 2$, nothing in between.
#
# **Predict:** can one kernel replace them? How large is it?

# %% [markdown] lang="zh" slide="slide"
# ## 两层，还是一层？
#
# 两个卷积，都是 $2\times 2$，中间什么也没有。
#
# **先猜：** 能不能用一个卷积核代替？它有多大？

# %% tags=["slide-answer"]
small_A = torch.tensor([[1.0, 1.0], [0.0, 2.0]])
small_B = torch.tensor([[1.0, -1.0], [3.0, 0.0]])
both = in_one(small_A[None, None], small_B[None, None])[0, 0]
d2l.show_grids(A=small_A, B=small_B, both=both)

# %% [markdown] lang="en" slide="fragment"
# Always: $k_A + k_B - 1$ on each axis. With a *ReLU* between them: no more.

# %% [markdown] lang="zh" slide="fragment"
# 总是可以：每条轴上 $k_A + k_B - 1$ 格。中间加上 *ReLU*，就再也不行了。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Check the middle cell together: $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$. All products whose positions add up: a true convolution of the two kernels. In the notebook 64 channels in the middle vanish without a trace: 5568 weights become 588.
#
# **Ask:** so why build deep networks? Collect answers, then the ReLU: a convolution without bias keeps sums, $f(x+y) = f(x) + f(y)$. With ReLU that fails, so *no* kernel can imitate the two layers.
#
# **Expect:** "a bias would do." No: constants become other constants.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 一起核对正中间的一格：$A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$。凡是位置之和对得上的乘积都加起来，这是两个卷积核真正意义上的卷积。笔记本里，中间的 64 个通道消失得无影无踪：5568 个权重变成 588 个。
#
# **提问：** 那又何必搭深层网络？先收集答案，再说 ReLU：不带偏置的卷积保持加法，$f(x+y) = f(x) + f(y)$；加了 ReLU 就不成立，所以*任何*卷积核都代替不了这两层。
#
# **常见错误：** “加个偏置就行。”不行：常数只是变成另一些常数。

# %% [markdown] lang="en"
# Check the middle cell, position $(1, 1)$: the products are $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$.
#
# In `in_one`, padding by $k-1$ makes every overlap count, `flip` makes the correlation a true convolution, and the axis over which `F.conv2d` adds up is the
# **middle channel**: input $i$ reaches output $o$ by way of every channel in the middle, so all these ways are added. The `transpose` brings the
# axes into the places for that. Does it hold for many channels and odd shapes?

# %% [markdown] lang="zh"
# 核对一下正中间的一格，位置 $(1, 1)$：乘积是 $A_{00}B_{11} + A_{01}B_{10} + A_{10}B_{01} + A_{11}B_{00} = 0 + 3 + 0 + 2 = 5$。
#
# 在 `in_one` 里，填充 $k-1$ 格使所有重叠都算数，`flip` 把互相关变成真正的卷积，而 `F.conv2d` 求和的那个轴正是**中间的通道**：
# 输入 $i$ 要到达输出 $o$，可以取道中间的每一个通道，所有路径都要加起来。`transpose` 只是为此把轴换到合适的位置。
# 通道多了，形状又不规则，结论还成立吗？

# %%
torch.manual_seed(3)
x = torch.randn(2, 3, 12, 14, dtype=torch.float64)
A = torch.randn(64, 3, 3, 5, dtype=torch.float64)
B = torch.randn(7, 64, 2, 3, dtype=torch.float64)
merged = in_one(A, B)
print("merged kernel:", tuple(merged.shape))
d2l.compare(F.conv2d(x, merged), F.conv2d(F.conv2d(x, A), B))

# %% [markdown] lang="en"
# The 64 channels in the middle have vanished without a trace. Two layers of convolution, or ten, can do nothing that one could not do. Compare
# what is stored:

# %% [markdown] lang="zh"
# 中间的 64 个通道消失得无影无踪。两层卷积也好，十层也好，能做到的事一层都能做到。比一比要存多少个数：

# %%
print("two layers:", A.numel() + B.numel(), "weights,  one layer:", merged.numel())

# %% [markdown] lang="en"
# So why build deep networks? Because of what stands *between* the layers: a **non-linearity**, for instance ReLU, which replaces each negative number by
# zero. A convolution $f$ (without bias) is **linear**: $f(x+y) = f(x) + f(y)$, whatever its kernel is.
#
# **Predict:** put ReLU between our two layers. Does the equation still hold? If not: is there another kernel, cleverer than ours, that imitates the two
# layers?

# %% [markdown] lang="zh"
# 那又何必搭深层网络呢？因为层与层*之间*还有东西：**非线性**，例如 ReLU，它把每个负数换成零。
# 一个（不带偏置的）卷积 $f$ 是**线性**的：不管卷积核是什么，都有 $f(x+y) = f(x) + f(y)$。
#
# **先猜：** 在两层之间放一个 ReLU，这个等式还成立吗？如果不成立，会不会有另一个更巧妙的卷积核，能模仿这两层？


# %%
def without_relu(x):
    return F.conv2d(F.conv2d(x, A), B)


def with_relu(x):
    return F.conv2d(F.conv2d(x, A).relu(), B)


y = torch.randn_like(x)
for f in (without_relu, with_relu):
    print(f.__name__, "is linear:", d2l.compare(f(x + y), f(x) + f(y)).same)

# %% [markdown] lang="en"
# With ReLU the test fails, and that answers the second question too: *every* convolution passes the test, so no kernel, of whatever size, can stand in for
# the two layers. (A bias would not help: to a black picture the two layers answer zero.) This is why a non-linearity follows nearly every convolution, and why the many channels in the middle are worth their price.
#
# <details><summary><b>Check yourself:</b> does a bias in both layers, without ReLU, save them from being merged?</summary>
#
# No. A bias adds a constant for each channel; the second layer turns these constants into other constants. One kernel and one bias for each output channel still do it all.
# (Zero padding in between does make a difference, with or without a bias, but only near the border: there the second layer reads zeros where the merged kernel would have read the picture.)
# </details>

# %% [markdown] lang="zh"
# 加了 ReLU，测试就通不过了。这也回答了第二个问题：*任何*卷积都通得过这个测试，所以无论多大的卷积核都代替不了这两层。
# （加个偏置也无济于事：这两层对全黑图像的输出是零。）
# 正因如此，几乎每个卷积后面都跟着一个非线性；也正因如此，中间那许多通道才值这个价钱。
#
# <details><summary><b>自测：</b>没有 ReLU，但两层都带偏置，这样能不能免于合并？</summary>
#
# 不能。偏置只是给每个通道加一个常数，第二层把这些常数变成另一些常数。一个卷积核加上每个输出通道一个偏置，照样能全部办到。
# （两层之间若做零填充，不管有没有偏置，都会有差别，但只在边界附近：在那里，第二层读到的是零，而合并后的卷积核读到的仍是图像。）
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - Three pictures at once: a kernel three deep, one plain sum
# - One kernel, one map. Many maps: many questions
# - Shape $c_o \times c_i \times k_h \times k_w$; each output reads every input
# - Cost: every weight once at every place; groups divide it
# - Without a ReLU between them, two layers are one

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 同时读三张图：卷积核有三片，直接相加
# - 一个卷积核，一张图；许多张图，许多个问题
# - 形状 $c_o \times c_i \times k_h \times k_w$；每个输出都读每个输入
# - 代价：每个权重在每个位置上用一次；分组把它除小
# - 中间没有 ReLU，两层就是一层

# %% [markdown] lang="en" slide="notes"
# **2 min.** Read the opening question again and let the class answer its three parts: how does one kernel read three pictures, why sixty-four answers, what does each cost?
#
# Set exercises 1 to 3 now, 4 and 5 belong together, the hard ones at home. Next: where exactly a feature stands often matters less than that it is there. Chapter 07, pooling.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 把开头的问题再念一遍，让全班回答它的三个部分：一个卷积核怎么读三张图，为什么要六十四个输出，每一个要付出什么代价？
#
# 现在布置练习 1 到 3；4 和 5 是连着的；更难的留作课后。下一步：一个特征究竟落在哪一格，往往不如“有没有”来得要紧。第 07 章，汇聚。

# %% tags=["exercises"]
exercises.ch06

# %% [markdown] lang="en"
# ## Summary
#
# One kernel reads three pictures at once by being three deep: a slice for each channel, all products added with no further weights. It can ask
# for changes of colour that a grey picture does not contain. One kernel gives one map; a layer wants sixty-four of them to describe every
# place from many sides, and each of the sixty-four reads *all* input channels. So the kernel has the shape $c_o \times c_i \times k_h \times k_w$, with $c_o$ biases. A
# $1\times 1$ kernel mixes channels at each pixel, as a fully connected layer does.
#
# The price: every weight is used once at each place of the output, so twice the channels on both sides cost four times as much. Groups divide the depth of each kernel; a depthwise
# separable pair needs only $1/c_o + 1/k^2$ of the work, and gives up the freedom to look at a channel in several ways. And without a non-linearity between them, two layers are one.
#
# **Next:** after so many maps, where exactly a feature stands often matters less than that it is there. Chapter 07, on pooling, summarises neighbourhoods.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/channels.html), "Multiple Input and Multiple
#   Output Channels", whose example numbers we share.
# - Lin, Chen and Yan, [Network In Network](https://arxiv.org/abs/1312.4400), where the $1\times 1$ layer comes from.
# - Howard and others, [MobileNets](https://arxiv.org/abs/1704.04861), on depthwise separable convolution and its cost.
# - Zhang, Zhou, Lin and Sun, [ShuffleNet](https://arxiv.org/abs/1707.01083), on groups that have to meet.

# %% [markdown] lang="zh"
# ## 小结
#
# 一个卷积核要同时读三张图，自己就得有三片：每个通道一片，所有乘积直接相加，不再另乘权重。它能寻找颜色的变化，灰度图里根本没有这样的变化。
# 一个卷积核给出一张图；一个层要六十四张，好从多个侧面描述每一个位置，而这六十四张中的每一张都读了*全部*输入通道。
# 所以卷积核的形状是 $c_o \times c_i \times k_h \times k_w$，外加 $c_o$ 个偏置。
# $1\times 1$ 的卷积核在每个像素上混合通道，与全连接层无异。
#
# 代价是：每个权重在输出的每个位置上恰好用一次，因此两边的通道都加倍，代价就是四倍。分组除的是每个卷积核的深度；
# 深度可分离卷积只要 $1/c_o + 1/k^2$ 的计算量，放弃的是用多种方式看同一个通道的自由。而中间没有非线性的两层，其实只是一层。
#
# **下一步：** 有了这么多特征图，一个特征究竟落在哪一格，往往不如“有没有”来得要紧。第 07 章讲汇聚（池化），用一个数来概括一小片邻域。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/channels.html)
#   （Dive into Deep Learning，链接指向英文版）中关于多输入、多输出通道的一节，本章的例子沿用了其中的数字。
# - Lin、Chen、Yan：[Network In Network](https://arxiv.org/abs/1312.4400)，$1\times 1$ 的层由此而来。
# - Howard 等：[MobileNets](https://arxiv.org/abs/1704.04861)，讲深度可分离卷积和它的代价。
# - Zhang、Zhou、Lin、Sun：[ShuffleNet](https://arxiv.org/abs/1707.01083)，讲各组之间怎样互通消息。
