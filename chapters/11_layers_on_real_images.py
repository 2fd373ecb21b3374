# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 11 Layers on real images, watched in TensorBoard
#
# *We have met every layer on toy grids and on two photographs. What do the layers do to ten thousand pictures? And how do you
# watch a network at work without drowning in numbers?*
#
# **In this chapter you will**
# - send hundreds of real pictures through a convolution and a pooling layer, a batch at a time;
# - write what you see into a diary and read it in TensorBoard, inside this notebook;
# - find out what a picture of feature maps shows, and what it only seems to show;
# - measure what max pooling and average pooling keep of a picture;
# - look into the middle of a network without changing it, and watch its kernels while it learns.
#
# **Time:** about 40 minutes to read and run, 90 more for the exercises. **You need:** chapters 06 and 07.

# %% [markdown] lang="zh"
# # 11 真实图像上的层：用 TensorBoard 观察
#
# *各种层我们都认识了，不过都是在玩具数字表和两张照片上。换成一万张图像，这些层会做些什么？
# 网络工作时，又该怎样观察它，才不会淹没在数字里？*
#
# **学完本章，你将能够**
# - 把几百张真实图像一批一批地送进卷积层和汇聚（池化）层；
# - 把观察到的东西记进“日记”，并在这个笔记本里用 TensorBoard 翻看；
# - 弄清一张由特征图拼成的图像究竟展示了什么，又有什么只是错觉；
# - 量一量最大汇聚和平均汇聚各保留了图像的多少内容；
# - 不改动网络，就能看到它内部各层的输出，还能在它学习时观察它的卷积核。
#
# **所需时间：** 阅读并运行约 40 分钟，练习另需 90 分钟。**预备知识：** 第 06、07 章。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Show of hands: who has trained a network and looked at nothing but the loss? **Ask:** what else would you have wanted to see? Collect on the board: pictures, numbers, the middle of the network. All three come today.
#
# Have the notebook open beside the slides, with TensorBoard running; the figures here stand still.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 举手看看：谁训练网络时只看过损失？**提问：** 当时还想看什么？记在黑板上：图像、数字、网络内部。今天三样都有。
#
# 请把笔记本也打开，运行好 TensorBoard；幻灯片上的图是不动的。

# %%
import shutil

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.tensorboard import SummaryWriter

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · Five hundred small pictures
#
# The classic pictures for this experiment are those of CIFAR-10: ten thousand test pictures of $32\times 32$ pixels in
# colour. You may not have them on your machine, so we begin with pictures that everybody has: we cut our two photographs into
# pieces of the same size. Section 7 takes CIFAR-10, if it is there.
#
# **Predict:** a photograph has 427 rows and 640 columns. How many whole pieces of $32\times 32$ does it give? And if both
# photographs' pieces go through a network 64 at a time, how many pictures are in the last batch?

# %% [markdown] lang="zh"
# ## 1 · 五百张小图
#
# 做这个实验，经典的选择是 CIFAR-10：它有一万张测试图像，都是 $32\times 32$ 像素的彩色图。你的机器上未必有，
# 所以我们先用人人都有的：把那两张照片裁成同样大小的小图。到第 7 节，如果有 CIFAR-10，再用上它。
#
# **先猜：** 一张照片有 427 行、640 列，能裁出多少张完整的 $32\times 32$ 小图？
# 两张照片的小图合在一起，每次送 64 张进网络，最后一批有几张？


# %%
def crops(name, size=32):
    windows = d2l.photo(name).unfold(1, size, size).unfold(2, size, size)
    return windows.permute(1, 2, 0, 3, 4).reshape(-1, 3, size, size)


pictures = torch.cat([crops("china"), crops("flower")])
print("one photograph:", tuple(crops("china").shape), " both:", tuple(pictures.shape))

# %% [markdown] lang="en"
# `unfold` cuts windows of 32 rows, 32 rows apart, then the same for the columns: 13 rows of 20 pieces. We shuffle them once,
# so that every batch holds something of both photographs, and keep for each the number of its photograph, 0 for the temple and 1
# for the flower. `d2l.Batches` stores them as bytes and hands them out 64 at a time, as a `DataLoader` would.

# %% [markdown] lang="zh"
# `unfold` 每隔 32 行切出高 32 行的窗口，对列也一样，于是得到 13 行、每行 20 张小图。
# 我们先打乱一次，好让每一批里都有来自两张照片的小图；再记下每张小图来自哪张照片，0 是楼阁，1 是花。
# `d2l.Batches` 把它们存成字节，每次交出 64 张，用法和 `DataLoader` 一样。

# %%
origin = torch.arange(2).repeat_interleave(260)
torch.manual_seed(2665)  # chosen so that the first pictures are not dull
order = torch.randperm(520)
batches = d2l.Batches((pictures[order] * 255).round().to(torch.uint8), origin[order], 64)
print("pictures in each batch:", [len(X) for X, y in batches])

# %% [markdown] lang="en" slide="slide"
# ## Five hundred small pictures
#
# **Predict:** 427 rows, 640 columns: how many whole pieces of $32\times 32$? Two photographs, batches of 64: how many in the last?

# %% [markdown] lang="zh" slide="slide"
# ## 五百张小图
#
# **先猜：** 427 行、640 列，能裁出几张完整的 $32\times 32$ 小图？两张照片合在一起，每批 64 张，最后一批有几张？

# %% tags=["slide"]
X, y = next(iter(batches))
names = ["temple", "flower"]
d2l.show_images({f"{k}: {names[y[k]]}": X[k] for k in range(8)}, columns=8)

# %% [markdown] lang="en" slide="fragment"
# $13 \cdot 20 = 260$ pieces each, 520 in all; $520 = 8 \cdot 64 + 8$, so the last batch has 8.

# %% [markdown] lang="zh" slide="fragment"
# 每张 $13 \cdot 20 = 260$ 块，一共 520 块；$520 = 8 \cdot 64 + 8$，最后一批有 8 张。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Poor pictures, but real ones: soft light, texture, grain. Everything of today also runs on the ten thousand pictures of CIFAR-10, by exchanging one name.
#
# **Ask:** does the cut use every pixel? (Every column; the last 11 rows are dropped.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 算不上好看，却是真实的：柔和的光线、纹理、噪声。今天的一切，换个名字就能在 CIFAR-10 的一万张图上再做一遍。
#
# **提问：** 每个像素都用上了吗？（列都用上了；最后 11 行被丢掉。）

# %% [markdown] lang="en"
# A red door, petals, treetops, dark ground: poor pictures, but real ones, with soft light, texture and grain. The axes of `X` are (batch,
# channels, height, width), and the values lie between 0 and 1.
#
# <details><summary><b>Check yourself:</b> does the cut use every pixel of a photograph?</summary>
#
# Every column, since $640 = 20 \cdot 32$. But $427 = 13 \cdot 32 + 11$: the last 11 rows are dropped.
# </details>

# %% [markdown] lang="zh"
# 红门、花瓣、树冠、幽暗的背景：这些小图算不上好看，却是真实的，有柔和的光线，有纹理，也有噪声。
# `X` 的轴依次是（批量，通道，高，宽），值在 0 与 1 之间。
#
# <details><summary><b>自测：</b>照片的每个像素都用上了吗？</summary>
#
# 每一列都用上了，因为 $640 = 20 \cdot 32$。行却不然：$427 = 13 \cdot 32 + 11$，最后 11 行被丢掉了。
# </details>

# %% [markdown] lang="en"
# ## 2 · A diary for a network
#
# You can look at nine batches one by one. A training run has thousands. What you want is a diary: while the program runs, it notes
# pictures and numbers; you read afterwards, or at the same time, and turn the pages as you like. PyTorch writes such a diary with a
# `SummaryWriter`, and the program **TensorBoard** shows it in the browser.
#
# An entry has three marks. The **run** is the folder that the writer writes to: one experiment, one folder. The **tag** is the
# name of the series, such as `input`. The **step** (`global_step`) says where in the series the entry stands: the page of the diary.

# %% [markdown] lang="zh"
# ## 2 · 给网络记日记
#
# 九批数据，还可以一批一批地用眼睛看；一次训练却有成千上万批。我们需要的是一本日记：程序一边运行，一边记下图像和数字；
# 你可以事后再读，也可以边跑边读，想翻到哪页就翻到哪页。在 PyTorch 里，写日记的是 `SummaryWriter`；把日记显示在浏览器里的程序叫 **TensorBoard**。
#
# 每条记录有三个标记。**运行**（run）就是写入的文件夹：一次实验，一个文件夹。**标签**（tag）是一个系列的名字，例如 `input`。
# **步数**（`global_step`）说明这条记录在系列中排在哪里，好比日记的页码。

# %%
runs = d2l.runs_folder()


def new_run(name):
    shutil.rmtree(runs / name, ignore_errors=True)  # if you run a cell twice
    return SummaryWriter(runs / name)


# %% [markdown] lang="en" slide="slide"
# ## A diary for a network
#
# **Run:** which folder. **Tag:** which series. **Step:** which page.
#
# **Predict:** how many pictures has this loop written: 520, 64 or 9?

# %% [markdown] lang="zh" slide="slide"
# ## 给网络记日记
#
# **运行**：哪个文件夹。**标签**：哪个系列。**步数**：第几页。
#
# **先猜：** 这个循环写了几张图像：520、64，还是 9？


# %% tags=["slide-code"]
with new_run("pictures") as writer:
    for step, (batch, _) in enumerate(batches):
        writer.add_images("input", batch, step)

# %% [markdown] lang="en"
# `runs` is a folder for temporary files, deleted when the kernel ends. In a project of your own, take one that stays. `new_run` opens a folder in it for one run,
# empty even if you run a cell twice; section 5 shows why.
#
# **Predict:** how many pictures has this loop written: 520, 64 or 9? And how large are they?
#
# We open the diary with TensorBoard's own reader. (A `size_guidance` of 0 means: keep all entries.)

# %% [markdown] lang="zh"
# `runs` 是一个临时文件夹，内核结束时会被删掉。自己做项目时，请换成一个会保留下来的文件夹。
# `new_run` 在其中为一次运行开一个文件夹，即使你把单元格运行两遍，它一开始也总是空的；第 5 节会说明为什么要这样。
#
# **先猜：** 这个循环写了多少张图像，520、64 还是 9？每张有多大？
#
# 我们用 TensorBoard 自己的读取程序打开日记。（`size_guidance` 设为 0，就是全部保留。）

# %%
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def read(run):
    everything = {"images": 0, "scalars": 0, "histograms": 0}
    return EventAccumulator(str(run), size_guidance=everything).Reload()


# %%
for page in read(runs / "pictures").Images("input"):
    print("step", page.step, "one picture,", page.height, "by", page.width)

# %% [markdown] lang="en" slide="fragment"
# Nine. A batch is laid out in rows of 8 and written as *one* picture for the step.

# %% [markdown] lang="zh" slide="fragment"
# 九张。每批小图排成每行 8 张，作为*一张*图像记在这一步。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The writer writes, TensorBoard reads, at the same time or a year later. Change to the notebook for a minute and pull the slider above `input`.
#
# **Ask:** in which step, row and column is picture number 100? ($100 = 64 + 36$: step 1; $36 = 4 \cdot 8 + 4$: row 4, column 4, counted from 0.) **Expect:** "I forgot the step, but it is all there". It is, all at step 0.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 程序写，TensorBoard 读，边写边读也行，一年以后读也行。切到笔记本里一分钟，拖一拖 `input` 上方的滑块。
#
# **提问：** 第 100 张在哪一步、哪行、哪列？（$100 = 64 + 36$：第 1 步；$36 = 4 \cdot 8 + 4$：第 4 行第 4 列，从 0 数起。）**常见错误：** “忘了写步数也没关系，反正都在。”是都在，全挤在第 0 步。

# %% [markdown] lang="en"
# Nine: `add_images` lays a whole batch out in rows of 8, without gaps, and writes that as **one** picture for the step. A batch of 64
# gives 8 rows of 8 pieces, $8 \cdot 32 = 256$ pixels each way; the last batch has one row only. Now see for yourself.
#
# **Play:** the next cell starts TensorBoard on your machine. The slider above `input` stands at the last step.
# Move it back through the others. At which step, and in which row and column, do you find picture number 100 of the 520? (Count from 0.)

# %% [markdown] lang="zh"
# 九张：`add_images` 把整批小图排成每行 8 张，中间不留空隙，作为**一张**图像记在这一步。一批 64 张，排成 8 行 8 列，
# 高宽各是 $8 \cdot 32 = 256$ 像素；最后一批只有一行。下面请你亲眼看看。
#
# **动手：** 下一个单元格会在你的机器上启动 TensorBoard。`input` 上方的滑块停在最后一步。
# 把它往回拖，一步一步地看。520 张小图中的第 100 张在哪一步、哪一行、哪一列？（都从 0 数起。）

# %% tags=["explorer"]
d2l.tensorboard(runs, tab="images")

# %% [markdown] lang="en"
# Picture 100 is at step 1, since $100 = 64 + 36$, in row 4 and column 4, since $36 = 4 \cdot 8 + 4$. No TensorBoard, or reading this page on the
# web? Everything that matters appears in the notebook's own figures too.
#
# If you miss steps on the slider in a project of your own: of each series of pictures TensorBoard keeps a random ten, unless it is told otherwise
# (`samples_per_plugin`; ours keeps 200).

# %% [markdown] lang="zh"
# 第 100 张在第 1 步，因为 $100 = 64 + 36$；又因为 $36 = 4 \cdot 8 + 4$，它在第 4 行、第 4 列。没有 TensorBoard，或者是在网页上读这一章？
# 没关系，要紧的内容在笔记本自己的图里都有。
#
# 以后你自己做项目，如果发现滑块上少了几步，那是因为每个系列的图像，TensorBoard 默认只随机留十张
# （可用 `samples_per_plugin` 改；我们的留 200 张）。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you forget the third argument and call add_images nine times. What does the slider show?</summary>
#
# Nine pictures, all at step 0. They are in the diary, but nobody can tell which came when. Section 5 shows it in numbers.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>如果忘了第三个参数，调用 add_images 九次，滑块上会看到什么？</summary>
#
# 九张图像，全都在第 0 步。日记里确实都有，但谁也说不清先后。第 5 节会用数字演示这一点。
# </details>

# %% [markdown] lang="en"
# ## 3 · Six maps are not a picture
#
# Now a layer: three channels in, six out, kernels of $3\times 3$, weights as PyTorch draws them, untrained.
#
# **Predict:** what is the shape of the output for a batch of 64? And can `add_images` write it?

# %% [markdown] lang="zh"
# ## 3 · 六张特征图不是一张图像
#
# 现在轮到卷积层：输入三个通道，输出六个，卷积核 $3\times 3$，权重由 PyTorch 随机产生，没有训练过。
#
# **先猜：** 一批 64 张，输出是什么形状？`add_images` 能把它写进日记吗？

# %%
torch.manual_seed(0)
conv = nn.Conv2d(3, 6, 3)
X, y = next(iter(batches))
maps = conv(X).detach()
tuple(X.shape), tuple(maps.shape)

# %%
with SummaryWriter(d2l.runs_folder()) as writer:
    try:
        writer.add_images("output", maps)
    except AssertionError as reason:
        print("refused:", type(reason).__name__)

# %% [markdown] lang="en"
# A screen has three colours, so a picture has three channels, or one. Six maps are six answers to six questions; there is no
# colour for "question 5". A trick that you will meet in many programs makes the error go away: reshape to $(-1, 3, 30, 30)$, where `-1`
# lets PyTorch work out the batch.
#
# **Predict:** has the trick removed channels, as it seems? Which of the 64 samples does picture 5 of the result belong to?

# %% [markdown] lang="zh"
# 屏幕只有三种颜色，所以图像有三个通道，或者一个。六张特征图是对六个问题的回答，“第 5 个问题”没有颜色可言。
# 很多程序里有个小花招，能让报错消失：把形状改成 $(-1, 3, 30, 30)$，其中 `-1` 让 PyTorch 自己算出批量。
#
# **先猜：** 看上去通道变少了，真的去掉了什么吗？结果中的第 5 张属于 64 个样本中的哪一个？

# %% [markdown] lang="en" slide="slide"
# ## Six maps are not a picture
#
# `add_images` refuses six channels. A well-known trick makes the error go away: reshape to `(-1, 3, 30, 30)`.
#
# **Predict:** what has it removed? Which sample does picture 5 belong to?

# %% [markdown] lang="zh" slide="slide"
# ## 六张特征图不是一张图像
#
# `add_images` 不接受六个通道。流行的花招：形状改成 `(-1, 3, 30, 30)`，就不报错了。
#
# **先猜：** 它去掉了什么？第 5 张图属于哪个样本？

# %% tags=["slide-answer"]
false_colour = maps.reshape(-1, 3, 30, 30)
print(tuple(maps.shape), "->", tuple(false_colour.shape))
print("numbers before and after:", maps.numel(), false_colour.numel())

# %% [markdown] lang="en" slide="fragment"
# Nothing. Each sample is cut into *two* pictures; picture 5 is the second half of sample 2.

# %% [markdown] lang="zh" slide="fragment"
# 什么也没去掉。每个样本被拆成*两张*；第 5 张是样本 2 的后一半。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Draw it: maps 0 to 2 pose as red, green and blue, maps 3 to 5 in the next picture. A screen has three colours; there is none for "question 5".
#
# **Ask:** what does the trick do with 16 maps? **Expect:** it fails. With 64 samples, yes; with 63 it works, and every sample shares a picture with a neighbour: worse than an error.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 画出来：第 0 到 2 个特征图冒充红、绿、蓝，第 3 到 5 个在下一张图里。屏幕只有三种颜色，“第 5 个问题”没有颜色可言。
#
# **提问：** 有 16 个特征图时，这个花招会怎样？**常见错误：** 报错。64 个样本时是报错；63 个样本时却行得通，每个样本都和邻居挤在同一张图里：比报错更糟。

# %%
d2l.compare(false_colour[5], maps[2, 3:6])

# %% [markdown] lang="en"
# Nothing has been removed: not one number, not one channel. Each sample was cut into **two** pictures, maps 0 to 2 in the first,
# maps 3 to 5 in the second, and the three maps in a picture now pose as red, green and blue. Picture 5 belongs to sample 2. The 128 pictures
# are not 128 samples, and their colours mean nothing: another order of the same six maps gives other colours.
#
# The trick does harm in a second way. Below 0 `add_images` writes black, above 1 it writes full light; but a feature map knows nothing of 0 and 1.
#
# **Predict:** how much of these maps can be seen at all?

# %% [markdown] lang="zh"
# 什么也没有去掉：数一个不少，通道也一个不少。每个样本被拆成了**两张**图，前一张是第 0 到 2 个特征图，后一张是第 3 到 5 个，
# 三个特征图在同一张图里冒充红、绿、蓝。第 5 张属于第 2 个样本。这 128 张图不是 128 个样本，颜色也没有任何含义：
# 同样的六个特征图换个顺序，颜色就全变了。
#
# 这个花招还有第二个坏处。小于 0 的数，`add_images` 一律写成黑；大于 1 的，一律写成最亮。可是特征图根本不理会 0 和 1 这两个界限。
#
# **先猜：** 这些特征图里，究竟有多少是看得见的？

# %% [markdown] lang="en" slide="slide"
# ## How much of it can be seen?
#
# Below 0 `add_images` writes black, above 1 full light. **Predict:** how much of the six maps lies between?

# %% [markdown] lang="zh" slide="slide"
# ## 究竟看得见多少？
#
# 小于 0 的，`add_images` 一律写成黑；大于 1 的，一律写成最亮。**先猜：** 六个特征图各有几成在两者之间？

# %% tags=["slide-answer"]
for k in range(6):
    visible = (maps[:, k] >= 0) & (maps[:, k] <= 1)
    print(f"map {k}: visible {visible.double().mean():.0%}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** A feature map knows nothing of 0 and 1. Three of these six vanish completely: negative nearly everywhere, so black.
#
# **Ask:** what would you do? Steer towards: one grey picture for each map, zero as middle grey, a scale that fits the map.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 特征图根本不理会 0 和 1 这两个界限。六个里有三个完全看不见：几乎处处为负，全是黑。
#
# **提问：** 换了你会怎么画？把讨论引向：每个特征图一张灰度图，零是中灰，刻度适合这个特征图。

# %% [markdown] lang="en"
# Some maps vanish almost completely: their answers are negative nearly everywhere, and all that is written as the same black.
#
# A better view has **one grey picture for each map**, and a scale that fits: zero is middle grey, the strongest answer of the map
# is black or white, depending on its sign. (The scale is the same for all samples of a batch, so that they can be compared.)

# %% [markdown] lang="zh"
# 有几个特征图几乎什么也看不见：它们的输出差不多处处为负，写出来都是同样的黑。
#
# 更好的办法是**每个特征图一张灰度图**，并配上合适的刻度：零是中灰，每个特征图中最强的响应是全黑还是全白，由正负号决定。
# （同一批的所有样本共用一个刻度，彼此才可以比较。）


# %%
def as_grey(maps):
    strongest = maps.abs().amax(dim=(0, 2, 3), keepdim=True)
    return 0.5 + maps / (2 * strongest)


def one_row_per_map(maps):
    return as_grey(maps)[:8].transpose(0, 1).reshape(-1, 1, *maps.shape[2:])


# %% [markdown] lang="en"
# `add_images` puts 8 pictures into a row. So we take 8 samples and let the maps come first: row $k$ shows map $k$, a column shows one
# sample. Write both views for all batches:

# %% [markdown] lang="zh"
# `add_images` 每行放 8 张。所以我们取 8 个样本，并把特征图这条轴换到前面：第 $k$ 行是第 $k$ 个特征图，每列是同一个样本。
# 把两种画法都写进日记，每一批都写：


# %%
def write_maps(batches, run, every=1):
    with new_run(run) as writer, torch.no_grad():
        for step, (X, _) in enumerate(batches):
            if step % every == 0:
                maps = conv(X)
                writer.add_images("input", X[:8], step)
                writer.add_images("trick", maps[:8].reshape(-1, 3, 30, 30), step)
                writer.add_images("grey", one_row_per_map(maps), step)


write_maps(batches, "maps")
print("tags:", sorted(read(runs / "maps").Tags()["images"]))

# %% [markdown] lang="en"
# Press the round arrow in TensorBoard above: the run `maps` appears, with its three tags. Here is the same inside the notebook. Lighter than middle grey is
# positive, darker is negative. (`expand` makes three equal colours of a map; otherwise the figure would choose a scale of its own.)
#
# **Play:** compare the two pictures of the trick with the six maps of the same sample. Why has the first one no red and no green in it? Then
# give the same six maps another order: what happens to the colours, and has the layer changed?

# %% [markdown] lang="zh"
# 在上面的 TensorBoard 里点一下圆形箭头，就会出现名为 `maps` 的运行，下面有三个标签。在笔记本里也能看：
# 比中灰亮的为正，比中灰暗的为负。（`expand` 把一个特征图变成三个相同的颜色通道，否则画图函数会自己另定刻度。）
#
# **动手：** 把花招得到的两张图（trick）与同一样本的六个特征图对照着看。第一张里为什么既没有红也没有绿？
# 再给这六个特征图换个顺序（order）：颜色变成了什么样？层变了吗？


# %%
def show_maps(sample, order):
    first, second = torch.tensor([int(k) for k in order]).split(3)
    shown = {"sample": X[sample]}
    shown |= {"trick, first": maps[sample, first], "trick, second": maps[sample, second]}
    shown |= {f"map {k}": as_grey(maps)[sample, k].expand(3, -1, -1) for k in range(6)}
    return d2l.show_images(shown, columns=3, width=6, repeatable=False)


# %% [markdown] lang="en" slide="slide"
# ## One sample, painted twice
#
# **Predict:** why has the trick's first picture no red and no green?

# %% [markdown] lang="zh" slide="slide"
# ## 同一个样本，两种画法
#
# **先猜：** 花招的第一张图里，为什么既没有红也没有绿？


# %% tags=["explorer", "slide"]
d2l.sliders(show_maps, sample=range(3, 16), order=["012345", "543210", "231504"])

# %% [markdown] lang="en" slide="fragment"
# Maps 0 and 1 are negative. Another order: *other colours, the same layer.*

# %% [markdown] lang="zh" slide="fragment"
# 第 0、1 个特征图为负。换个编号：*颜色全变，层却没变。*

# %% [markdown] lang="en" slide="notes"
# **3 min.** Above: the sample and the two pictures of the trick. Below: the six maps in grey, lighter than middle grey is positive, darker is negative. Maps 0 and 1, which pose as red and green, are negative nearly everywhere. In the notebook the order can be changed: do it there if you have it open.
#
# **Ask:** which view would you put into a paper? A colour that means nothing is worse than no colour.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 上面是样本和花招得到的两张图；下面是六个特征图的灰度图，比中灰亮的为正，暗的为负。冒充红和绿的第 0、1 个差不多处处为负。笔记本里可以换顺序，开着的话就在那里演示。
#
# **提问：** 论文里你会放哪一种？没有含义的颜色，还不如没有颜色。

# %% [markdown] lang="en"
# The first picture is blue and black because maps 0 and 1, which pose as red and green, are negative nearly everywhere. And merely renumbering the
# maps paints everything anew, while the layer and its answers stay as they were.
#
# <details><summary><b>Check yourself:</b> a layer has 16 output channels. What does the trick do now?</summary>
#
# It fails or, worse, it does not: 16 is not a multiple of 3. For 64 samples there are $64 \cdot 16 = 1024$ maps, and 1024 is not divisible by 3,
# so PyTorch refuses. With 63 samples it would work, and every sample would share a picture with a neighbour.
# </details>

# %% [markdown] lang="zh"
# 第一张只有蓝和黑，是因为冒充红和绿的第 0、1 个特征图差不多处处为负。而仅仅给特征图换个编号，所有的颜色就都变了，层和它的输出却丝毫没变。
#
# <details><summary><b>自测：</b>某层有 16 个输出通道，这个花招会怎样？</summary>
#
# 会失败；更糟的是，也可能不失败。16 不是 3 的倍数。64 个样本共有 $64 \cdot 16 = 1024$ 个特征图，而 1024 不能被 3 整除，
# 所以 PyTorch 会拒绝。换成 63 个样本倒行得通，只是每个样本都会和邻居挤进同一张图里。
# </details>

# %% [markdown] lang="en"
# ## 4 · What pooling keeps, and what it blurs
#
# Next layer: `nn.MaxPool2d(3, ceil_mode=True)`. Pooling takes the channels one by one, so a colour picture stays a colour picture.
#
# **Predict:** windows of $3\times 3$, each 3 cells from the last, on $32\times 32$. How many rows come out with `ceil_mode=True`, and how
# many without?

# %% [markdown] lang="zh"
# ## 4 · 汇聚保留什么，模糊什么
#
# 下一个层：`nn.MaxPool2d(3, ceil_mode=True)`。汇聚对每个通道单独进行，所以彩色图像汇聚之后还是彩色图像。
#
# **先猜：** 窗口 $3\times 3$，每次移动 3 格，输入 $32\times 32$。设 `ceil_mode=True` 时输出有几行？不设呢？

# %%
for ceil_mode in (True, False):
    pool = nn.MaxPool2d(3, ceil_mode=ceil_mode)
    print(f"ceil_mode={ceil_mode}:", tuple(pool(X).shape))

# %% [markdown] lang="en"
# $32 = 10 \cdot 3 + 2$: ten whole windows, and an eleventh with two cells only. `ceil_mode=True` keeps it.
#
# People say that pooling "blurs a little but keeps the outlines". Is that so? We hold max pooling against average pooling.
#
# **Play:** enlarge the window. Find a sample in which something dark disappears under `max` and is still there under `average`.

# %% [markdown] lang="zh"
# $32 = 10 \cdot 3 + 2$：十个完整的窗口，第十一个只剩两格。`ceil_mode=True` 把它也留下。
#
# 常听人说，汇聚“稍微模糊一点，但轮廓都在”。真是这样吗？我们拿最大汇聚和平均汇聚比一比。
#
# **动手：** 加大窗口。找一个样本：某个暗的东西在 `max` 下消失了，在 `average` 下却还在。


# %%
def show_pooled(sample, window):
    shown = {"sample": X[sample]}
    shown["max"] = F.max_pool2d(X[sample], window, ceil_mode=True)
    shown["average"] = F.avg_pool2d(X[sample], window, ceil_mode=True)
    return d2l.show_images(shown, columns=3, repeatable=False)


# %% tags=["explorer"]
d2l.sliders(show_pooled, window=[3, 2, 4, 6, 8], sample=range(16))

# %% [markdown] lang="en"
# A thin line shows the difference in its purest form: a bright line on black, and a dark line on white.
#
# **Predict:** each is pooled twice, with the maximum and with the average. Write down the four results before you look.

# %% [markdown] lang="zh"
# 一条细线最能看出两者的差别。下面一张是黑底亮线，一张是白底暗线。
#
# **先猜：** 每张都做两次汇聚，一次取最大，一次取平均。先写下四个结果，再往下看。

# %% [markdown] lang="en" slide="slide"
# ## What pooling keeps
#
# A bright line, a dark line, windows of $3\times 3$. **Predict:** the maximum and the average of both.

# %% [markdown] lang="zh" slide="slide"
# ## 汇聚保留什么
#
# 一条亮线，一条暗线，窗口 $3\times 3$。**先猜：** 最大汇聚和平均汇聚各得到什么？

# %% tags=["slide"]
bright = torch.zeros(3, 6)
bright[:, 1] = 1
dark = 1 - bright
d2l.show_grids(bright=bright, dark=dark)

# %% tags=["slide-answer"]
lines = torch.stack([bright, dark])[None]
d2l.show_grids(
    max_bright=F.max_pool2d(lines, 3)[0, 0],
    average_bright=F.avg_pool2d(lines, 3)[0, 0],
    max_dark=F.max_pool2d(lines, 3)[0, 1],
    average_dark=F.avg_pool2d(lines, 3)[0, 1],
)

# %% [markdown] lang="en" slide="fragment"
# The maximum lets bright things grow and *eats* dark ones. Only the average is a blur.

# %% [markdown] lang="zh" slide="fragment"
# 最大汇聚让亮的长大，把暗的*吃掉*。只有取平均才是模糊。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Four results on paper first. **Expect:** "pooling blurs a little but keeps the outlines". The dark line is gone without a trace; of both lines the average keeps a third.
#
# **Ask:** and the minimum? (The opposite.) Then why do networks like the maximum? They pool feature maps after ReLU, where a large number means "found it here".

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 先在纸上写下四个结果。**常见错误：** “汇聚稍微模糊一点，但轮廓都在。”其实暗线消失得一干二净；平均则把两条线各留下三分之一。
#
# **提问：** 取最小呢？（正好相反。）那网络为什么偏爱最大？因为它们汇聚的是 ReLU 之后的特征图，大数表示“在这里找到了”。

# %% [markdown] lang="en"
# Max pooling keeps the bright line at full strength and makes it as wide as the window, and wipes the dark line out without a trace. The average keeps a
# third of both. So max pooling does not blur: it lets bright things grow and eats dark ones. Only the average is a blur.
#
# Does that hold on real pictures? Measure the **contrast** of each picture, the variance of its cells (the mean over the three colours), and divide the one after
# pooling by the one before. (We cut to 30 rows and 30 columns, so that all windows are whole.)
#
# **Predict:** what share of the contrast survives the average? And the maximum: less than everything, surely?

# %% [markdown] lang="zh"
# 最大汇聚让亮线保持全亮，还把它加宽到整个窗口，暗线却被抹得一干二净；平均汇聚则把两条线各留下三分之一。
# 所以最大汇聚并不是模糊，它让亮的东西长大，把暗的东西吃掉。只有取平均才是模糊。
#
# 在真实图像上也是这样吗？我们来量每张图像的**对比度**，也就是各格的方差（对三种颜色取平均），再用汇聚之后的除以汇聚之前的。
# （先裁到 30 行 30 列，使窗口都完整。）
#
# **先猜：** 平均汇聚之后，对比度还剩几成？最大汇聚之后呢：总不会比原来还多吧？


# %%
def contrast(X):
    return X.var(dim=(2, 3), correction=0).mean(1)


def kept(X, pool):
    whole = X[:, :, :30, :30].double()
    return contrast(pool(whole, 3)) / contrast(whole)


# %% [markdown] lang="en" slide="slide"
# ## And on real pictures?
#
# Contrast: the variance of a picture's cells. **Predict:** what share of it survives the average? And the maximum: less than everything, surely?

# %% [markdown] lang="zh" slide="slide"
# ## 在真实图像上呢？
#
# 对比度就是各格的方差。**先猜：** 平均汇聚之后还剩几成？最大汇聚之后呢，总不会比原来还多吧？


# %% tags=["slide-answer"]
kept_max, kept_average = kept(pictures, F.max_pool2d), kept(pictures, F.avg_pool2d)
print("max raised the contrast of", int((kept_max > 1).sum()), "of", len(kept_max), "pictures")
d2l.show_spread({"max": kept_max, "average": kept_average}, xlabel="share of contrast kept")

# %% [markdown] lang="en" slide="notes"
# **4 min.** Each dot is a crop. The average never gains: what it keeps and what it loses add up to 1 for every picture. The maximum does as it likes.
#
# **Ask:** which picture gains most under the maximum? Let them describe it before you go on: a few bright spots on dark ground.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 每个点是一张小图。平均汇聚从不增加：对每一张图像，留下的与失去的加起来都是 1。最大汇聚就没准了。
#
# **提问：** 什么样的图在最大汇聚下增加得最多？先让他们描述，再翻到下一张：暗底上几个小亮点。

# %% [markdown] lang="en"
# The average never gains contrast; most crops keep most of theirs. The maximum does as it likes, and often *raises* the contrast. See the extremes: where
# the maximum gains most, where it loses most, and where the average loses most; above the crop, below what is left.

# %% [markdown] lang="zh"
# 平均汇聚从不增加对比度，多数小图保住了大部分。最大汇聚就没准了，对比度还常常*升高*。来看几个极端的例子：
# 最大汇聚增加最多的、损失最多的，还有平均汇聚损失最多的。上面是小图，下面是汇聚之后。

# %% [markdown] lang="en" slide="slide"
# ## The extremes

# %% [markdown] lang="zh" slide="slide"
# ## 三个极端的例子

# %% tags=["slide"]
extremes = {
    "1: max gains": (kept_max.argmax(), F.max_pool2d),
    "2: max loses": (kept_max.argmin(), F.max_pool2d),
    "3: average loses": (kept_average.argmin(), F.avg_pool2d),
}
shown = {title: pictures[k] for title, (k, _) in extremes.items()}
shown |= {f"{title[0]}, pooled": pool(pictures[k], 3) for title, (k, pool) in extremes.items()}
d2l.show_images(shown, columns=3, width=7, repeatable=False)

# %% [markdown] lang="en" slide="fragment"
# Bright spots grow, dark spots are eaten; the average leaves a *trace*.

# %% [markdown] lang="zh" slide="fragment"
# 亮点长大，暗点被吃掉；取平均，总会留下一点*痕迹*。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Above the crop, below what is left. **Ask:** why is the average nevertheless closer to the original in all 520 crops? (Of all numbers that could stand for nine cells, the mean has the smallest squared error.)
#
# On CIFAR-10 the same holds: the maximum gains contrast in a fifth to a half of the pictures.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 上面是小图，下面是汇聚之后。**提问：** 为什么全部 520 张小图，都是平均汇聚更接近原图？（要用一个数代表九格，平均值的平方误差最小。）
#
# 在 CIFAR-10 上也一样：五分之一到一半的图像，经过最大汇聚对比度反而升高。

# %% [markdown] lang="en"
# Where a few bright spots lie on dark ground, the maximum makes them grow, and the contrast with them; where a few dark spots lie on bright ground, it eats them.
# The average loses most where all the contrast sits in a few cells in a corner, and even there it leaves a trace. Now enlarge the pooled pictures again, and
# measure how far they are from those they came from:

# %% [markdown] lang="zh"
# 暗底上有几个小亮点时，最大汇聚让亮点长大，对比度随之升高；亮底上有几个小暗点时，暗点就被它吃掉。
# 平均汇聚损失最多的，是全部对比度都集中在角上几格的小图，即使如此，它也还留下一点痕迹。现在把汇聚后的图像再放大，量一量它们与原图相差多少：

# %%
whole = pictures[:, :, :30, :30].double()


def error(pool):
    enlarged = F.interpolate(pool(whole, 3), scale_factor=3.0)
    return (whole - enlarged).square().mean((1, 2, 3))


closer = error(F.avg_pool2d) < error(F.max_pool2d)
print("the average is closer in", int(closer.sum()), "of", len(closer), "pictures")

# %% [markdown] lang="en"
# No accident: of all numbers that could stand for nine cells, their mean has the smallest squared error; and this error is
# exactly the contrast that has gone: what is kept and what is lost add up to 1 for every picture.

# %% [markdown] lang="zh"
# 这不是巧合：要用一个数代表九格，平均值的平方误差最小；而且这个误差恰好就是消失的那部分对比度：对每一张图像，留下的与失去的比例之和都是 1。

# %%
lost = error(F.avg_pool2d) / contrast(whole)
d2l.compare(kept_average + lost, torch.ones(520), tolerance=1e-9)

# %% [markdown] lang="en"
# Why then do networks like the maximum? Because they do not pool pictures. They pool *feature maps* after ReLU, where a large number means
# "found it here", and there it is the strongest answer that matters, not the mean of it and eight silences.
#
# <details><summary><b>Check yourself:</b> what would minimum pooling do to the two lines?</summary>
#
# The opposite: it wipes out the bright line and lets the dark one grow. It is max pooling of the negative picture, with the sign
# changed back.
# </details>

# %% [markdown] lang="zh"
# 那网络为什么偏爱最大汇聚？因为网络汇聚的不是图像，而是经过 ReLU 的*特征图*。那里的大数表示“在这里找到了”，
# 要紧的是最强的那个响应，而不是把它和八个“没有”平均起来。
#
# <details><summary><b>自测：</b>如果取最小值来汇聚，那两条线会怎样？</summary>
#
# 正好相反：亮线被抹掉，暗线长大。它等于先把图像取负，做最大汇聚，再把负号变回来。
# </details>

# %% [markdown] lang="en"
# ## 5 · A few good numbers, and two runs
#
# Pictures are for the eye. To compare two experiments you want a few numbers for each step: **scalars**. And between one number and a whole map lies
# the **histogram**: how often each size of answer occurs.
#
# Our experiment: convolution, ReLU, pooling; once with the maximum, once with the average. Two experiments, so two runs, so two
# folders. The pooled pictures themselves go into the diary as well.

# %% [markdown] lang="zh"
# ## 5 · 几个好用的数，两次运行
#
# 图像是给眼睛看的。要比较两次实验，每一步只需几个数，叫做**标量**。介于一个数和整张特征图之间的是**直方图**：各种大小的响应出现得有多频繁。
#
# 我们的实验是：卷积、ReLU、汇聚，一次用最大，一次用平均。两次实验，就是两次运行，也就是两个文件夹。
# 图像本身汇聚之后的样子，也一并写进日记。


# %%
def watch(batches, run, pool):
    with new_run(run) as writer, torch.no_grad():
        for step, (X, _) in enumerate(batches):
            maps = torch.relu(conv(X))
            pooled = pool(maps)
            writer.add_scalar("share_of_zeros", (maps == 0).double().mean(), step)
            writer.add_scalar("mean_after_pooling", pooled.double().mean(), step)
            if step < 10:
                writer.add_histogram("pooled", pooled, step)
                writer.add_images("pooled_pictures", pool(X), step)


watch(batches, "max", nn.MaxPool2d(3, ceil_mode=True))
watch(batches, "average", nn.AvgPool2d(3, ceil_mode=True))

# %% [markdown] lang="en"
# **Predict:** each tag has two curves, one for each run. How do they lie under `share_of_zeros`, which is measured *before* pooling? And under
# `mean_after_pooling`?

# %% [markdown] lang="zh"
# **先猜：** 每个标签下有两条曲线，每次运行一条。`share_of_zeros`（零的比例）是在汇聚*之前*量的，它的两条曲线会怎样？
# `mean_after_pooling`（汇聚之后的平均值）的两条呢？

# %% [markdown] lang="en" slide="slide"
# ## Two experiments, two runs
#
# Convolution, ReLU, pooling: once the maximum, once the average. **Predict:** the two curves *before* pooling (zeros)? *After* it (mean)?

# %% [markdown] lang="zh" slide="slide"
# ## 两次实验，两次运行
#
# 卷积、ReLU、汇聚：一次最大，一次平均。**先猜：** 汇聚*之前*（零的比例）两条曲线怎样？汇聚*之后*（平均值）呢？


# %% tags=["slide-answer"]
def curve(run, tag):
    return [entry.value for entry in read(runs / run).Scalars(tag)]


zeros = {run: curve(run, "share_of_zeros") for run in ("max", "average")}
means = {run: curve(run, "mean_after_pooling") for run in ("max", "average")}
d2l.show_curves(means, xlabel="batch", ylabel="mean after pooling", repeatable=False)

# %% [markdown] lang="en" slide="fragment"
# Before it, one lies exactly on the other: same layer, same pictures.

# %% [markdown] lang="zh" slide="fragment"
# 汇聚之前，两条完全重合：同一个层，同样的图像。

# %% [markdown] lang="en" slide="notes"
# **3 min.** The picture shows the mean after pooling. A curve that *must* agree is worth recording: had the two differed, the experiments would have differed in more than the pooling.
#
# **Ask:** more than half of the cells are zero after ReLU. When should that worry you? (When a map is zero always: a dead map gets no gradient.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 图中画的是汇聚之后的平均值。*必须*一致的曲线也值得记：要是不一致，说明两次实验不只差在汇聚上。
#
# **提问：** ReLU 之后超过一半的格是零，什么时候该担心？（某个特征图总是零：死了的特征图，它的卷积核得不到梯度。）

# %%
print("before pooling, the same:  ", zeros["max"] == zeros["average"])
higher = [a > b for a, b in zip(means["max"], means["average"], strict=True)]
print("after pooling, max higher: ", all(higher), "in", len(higher), "batches")
print("more than half of the cells are zero:", min(zeros["max"]) > 0.5)

# %% [markdown] lang="en"
# Under `share_of_zeros` one curve lies exactly on the other: it is the same layer on the same pictures. Such a curve is worth having: had the two differed,
# the experiments would have differed in more than the pooling. It also tells something about the layer: most of its cells are zero after ReLU. A map that answers zero
# *always* is called **dead**: it contributes nothing, and its kernel gets no gradient.
#
# **Play:** open the diary again. In the tab for scalars, hide one run and show it again. (TensorBoard draws a smoothed curve over the pale true one; move `Smoothing`
# to zero, and only the true one is left.) Then look at the tab for histograms: whose mountains reach further
# to the right, and why?

# %% [markdown] lang="zh"
# `share_of_zeros` 的两条曲线完全重合：同一个层，同样的图像。这样的曲线值得记：要是两条不一样，就说明两次实验不只差在一处。
# 它还告诉我们这个层的一件事：经过 ReLU，大部分格都是零。如果一个特征图*总是*零，就说它**死了**：它毫无贡献，相应的卷积核也得不到梯度。
#
# **动手：** 再打开日记。在标量页里，把一次运行隐藏起来，再显示出来。（TensorBoard 在浅色的真实曲线上又画了一条平滑过的曲线；
# 把 `Smoothing` 调到零，就只剩真实的。）再看直方图页：哪次运行的“山”向右伸得更远？为什么？

# %% tags=["explorer"]
d2l.tensorboard(runs, tab="scalars", height=600)

# %% [markdown] lang="en"
# What if you write under a tag and a step that are taken already? Does the new value replace the old one?

# %% [markdown] lang="zh"
# 如果写入的标签和步数已经有了，会怎样？新的值会取代旧的吗？

# %% [markdown] lang="en" slide="slide"
# ## A diary has no eraser
#
# Steps 0, 1, 2, then the cell is run again: 0, 1. And three values without a step.
#
# **Predict:** do new values replace the old ones?

# %% [markdown] lang="zh" slide="slide"
# ## 日记没有橡皮
#
# 先写第 0、1、2 步，再运行一遍，又写 0、1。另有三个值没写步数。
#
# **先猜：** 新的值会取代旧的吗？

# %% tags=["slide-answer"]
untidy = d2l.runs_folder()
with SummaryWriter(untidy) as writer:
    for step in (0, 1, 2, 0, 1):
        writer.add_scalar("loss", 8 - step, step)
    for value in (5.0, 6.0, 7.0):
        writer.add_scalar("no_step", value)

for tag in ("loss", "no_step"):
    print(tag, [(entry.step, entry.value) for entry in read(untidy).Scalars(tag)])

# %% [markdown] lang="en" slide="fragment"
# No. Hence the rule: *one folder for each run.*

# %% [markdown] lang="zh" slide="fragment"
# 不会。所以规矩是：*每次运行一个文件夹。*

# %% [markdown] lang="en" slide="notes"
# **2 min.** Pairs of step and value. Let somebody draw the curve of `loss`: it runs to the right, jumps back and starts over. Everybody who has seen such a tangle in TensorBoard now knows where it came from.
#
# **Ask:** what makes the diary grow faster, a scalar or a histogram at every step? (The histogram.)

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 每一对是步数和值。请一位同学画出 `loss` 的曲线：往右走到头，跳回来，从头再走。见过这种乱麻的人，现在知道它从哪里来了。
#
# **提问：** 每步写一个标量，或者每步写一个直方图，哪个让日记变大得更快？（直方图。）

# %% [markdown] lang="en"
# No. A diary has no eraser: every entry stays, and the curve of `loss` runs to the right, jumps back and starts over. It happens whenever you run an
# experiment twice into the same folder. Hence the rule: **one folder for each run.** And without a step all entries stand at 0.
#
# <details><summary><b>Check yourself:</b> which makes the diary grow faster, a scalar at every step or a histogram at every step?</summary>
#
# The histogram: a scalar is one number, a histogram is the edges and the counts of many bins. That is why
# the function above writes histograms, and pictures, for the first ten steps only.
# </details>

# %% [markdown] lang="zh"
# 不会。日记没有橡皮，每条记录都留着；`loss` 的曲线往右走到头，又跳回来，从头再走一遍。只要把同一个实验两次写进同一个文件夹，就会这样。
# 所以规矩是：**每次运行一个文件夹。** 至于不写步数的，全都落在第 0 步。
#
# <details><summary><b>自测：</b>每步写一个标量，或每步写一个直方图，哪一个让日记变大得更快？</summary>
#
# 直方图。标量只是一个数，直方图却要写许多小区间的边界和计数。
# 正因如此，上面的函数只在前十步写直方图，图像也一样。
# </details>

# %% [markdown] lang="en"
# ## 6 · Looking inside while it learns
#
# Here is a small network that is to tell pieces of the temple picture from pieces of the flower picture. You call it once, `net(X)`, and only
# the two last numbers come out. How do you get hold of what happens in between, without rewriting the network?
#
# **Predict:** a batch of 64 pieces of $32\times 32$ goes in. What is the shape after the first pooling, and after the second?

# %% [markdown] lang="zh"
# ## 6 · 在学习过程中看网络内部
#
# 下面是一个小网络，任务是分辨一张小图来自楼阁照片还是花的照片。调用一次 `net(X)`，出来的只有最后两个数。不改写网络，怎样才能拿到中间的结果？
#
# **先猜：** 送进一批 64 张 $32\times 32$ 的小图，第一次汇聚之后是什么形状？第二次之后呢？


# %%
def small_net(seed):
    torch.manual_seed(seed)
    first = [nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(3)]
    second = [nn.Conv2d(6, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1)]
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(8, 2))


# %% [markdown] lang="en"
# On every layer we can hang a **hook**: a function of ours that the layer calls after its own `forward`, with itself, its inputs and its
# output. We hang one on each layer, call the network, and take them off again.

# %% [markdown] lang="zh"
# 每个层都可以挂**钩子**（hook），也就是我们自己写的一个函数：层做完自己的 `forward`，就会调用它，并把层本身、输入和输出交给它。
# 我们给每层挂一个，调用一次网络，再把它们取下来。


# %%
def outputs_of(net, X):
    seen = []
    handles = [
        layer.register_forward_hook(lambda layer, inputs, output: seen.append(output.detach()))
        for layer in net
    ]
    answer = net(X)
    for handle in handles:
        handle.remove()
    return seen, answer.detach()


# %%
net = small_net(0)
seen, answer = outputs_of(net, X)
for layer, output in zip(net, seen, strict=True):
    print(f"{type(layer).__name__:17}", tuple(output.shape))

# %%
d2l.compare(answer, net(X))

# %% [markdown] lang="en"
# The answer is the same with hooks and without: they watch and do not touch. But **take them off again**: a hook that you forget is called every time.

# %% [markdown] lang="zh"
# 挂不挂钩子，网络的输出都一样：钩子只看不碰。不过**用完要取下来**：忘了取，以后每次调用网络，它都会跟着运行。

# %% [markdown] lang="en" slide="slide"
# ## Looking inside: a hook
#
# A function that a layer calls after its own `forward`.
#
# **Predict:** how often is this one called?

# %% [markdown] lang="zh" slide="slide"
# ## 往里面看：钩子
#
# 层做完自己的 `forward`，就会调用它。
#
# **先猜：** 这个钩子会被调用几次？

# %% tags=["slide-code", "slide-answer"]
calls = []
handle = net[0].register_forward_hook(lambda *_: calls.append("called"))
net(X), net(X)
handle.remove()
net(X)
print("the network was called 3 times, the hook", len(calls))

# %% [markdown] lang="en" slide="notes"
# **3 min.** Hooks watch and do not touch: the network's answer is the same. No layer has been rewritten, and we have every output in the middle.
#
# **Expect:** "three". It was taken off before the last call. **Ask:** what if you forget to take it off? (It is called every time, and keeps everything it stores in memory.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 钩子只看不碰：网络的输出不变。没有改写任何一层，中间的输出却全拿到了。
#
# **常见错误：** “三次。”最后一次调用之前，它已经被取下来了。**提问：** 忘了取下来会怎样？（以后每次都跟着运行，存下的东西一直占着内存。）

# %% [markdown] lang="en"
# Now let the network learn, and watch. At every batch it notes the loss; after every epoch the share of zeros after the first ReLU, a histogram of the first
# layer's weights, and its **kernels as colour pictures**: a kernel of the first layer has three channels, as a photograph has, so its weights can be
# shown as colours. Here red, green and blue are honest: they *are* the channels of the input.
#
# **Predict:** will the six kernels show small petals and roofs?

# %% [markdown] lang="zh"
# 现在让网络学习，我们在旁边看。每一批记下损失；每一轮之后，记下第一个 ReLU 之后零的比例、第一层权重的直方图，还有**画成彩色小图的卷积核**：
# 第一层的卷积核和照片一样有三个通道，所以权重可以画成颜色。这里的红、绿、蓝名副其实，它们*就是*输入的三个通道。
#
# **先猜：** 那六个卷积核里，会出现小小的花瓣和屋檐吗？


# %%
def as_colours(weight):
    strongest = weight.detach().abs().amax(dim=(1, 2, 3), keepdim=True)
    return 0.5 + weight.detach() / (2 * strongest)


def note_epoch(writer, net, epoch):
    seen, _ = outputs_of(net, X)
    writer.add_scalar("share_of_zeros", (seen[1] == 0).double().mean(), epoch)
    writer.add_histogram("first_weights", net[0].weight, epoch)
    writer.add_images("kernels", as_colours(net[0].weight), epoch)


# %%
def learn(seed, epochs=10):
    net = small_net(seed)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    with new_run(f"learn_{seed}") as writer:
        for epoch in range(epochs):
            note_epoch(writer, net, epoch)
            for step, (X, y) in enumerate(batches, epoch * len(batches)):
                loss = F.cross_entropy(net(X), y)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                writer.add_scalar("loss", loss, step)
        note_epoch(writer, net, epochs)
    return net


# %%
learned = {seed: learn(seed) for seed in range(3)}
losses = {f"seed {seed}": curve(f"learn_{seed}", "loss") for seed in learned}
d2l.show_curves(losses, xlabel="batch", ylabel="loss", repeatable=False)


# %%
def accuracy(net, pictures):
    return (net(pictures).argmax(1) == origin).double().mean().item()


for seed, net in learned.items():
    start, end = sum(losses[f"seed {seed}"][:9]), sum(losses[f"seed {seed}"][-9:])
    well = accuracy(net, pictures) > 0.9
    print(f"seed {seed}: loss fell: {end < start}, right above 90%: {well}")

# %% [markdown] lang="en"
# Three random beginnings, three falling curves. The teeth come from the last batch of each epoch: 8 pictures, always the same. (The accuracy is that on the
# pictures they learned from: we are here to watch, not to win.) Now the kernels of seed 0, above before learning, below after it; one column is one kernel:

# %% [markdown] lang="zh"
# 三个随机的起点，三条下降的曲线。曲线上的“锯齿”来自每轮的最后一批：只有 8 张，而且总是那几张。（准确率是在学习用过的小图上算的，
# 我们是来观察的，不是来争名次的。）再看种子 0 的卷积核：上面一行是学习之前，下面一行是学习之后，每列是同一个卷积核。

# %% [markdown] lang="en" slide="slide"
# ## Kernels of the first layer, before and after
#
# A small network learns to tell temple from flower. **Predict:** will you see small petals and roofs?

# %% [markdown] lang="zh" slide="slide"
# ## 第一层的卷积核：学习前后
#
# 一个小网络学着分辨楼阁与花。**先猜：** 会看到小小的花瓣和屋檐吗？

# %% tags=["slide-answer"]
before, after = as_colours(small_net(0)[0].weight), as_colours(learned[0][0].weight)
shown = {f"before {k}": before[k] for k in range(6)} | {
    f"after {k}": after[k] for k in range(6)
}
d2l.show_images(shown, columns=6, repeatable=False)

# %% [markdown] lang="en" slide="notes"
# **3 min.** No petals: $5\times 5$ pixels see too little. Here red, green and blue are honest, they *are* the channels of the input. Bright green at a place: green light there raises the answer.
#
# **Ask:** look at kernel 2: what may this network go by? And why can the second layer's kernels not be shown like this? (Six channels: six maps are not a picture.)

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 没有花瓣：$5\times 5$ 像素看到的太少。这里的红、绿、蓝名副其实，它们*就是*输入的通道。某处亮绿：那里的绿光会提高响应。
#
# **提问：** 看卷积核 2，网络靠的可能是什么？第二层的卷积核为什么不能这样画？（六个通道：六张特征图不是一张图像。）

# %% [markdown] lang="en"
# No petals: $5\times 5$ pixels see too little for that. Read the colours like this: where a kernel is bright green, green light at that place raises its answer; where it is
# dark, light lowers it. Kernel 2 has become almost one colour. Does the network go by colour, and not by petals and roofs? A picture gives an idea; numbers
# decide. We show the learned networks all pieces once in grey, without colours, and once each painted in its own mean colour, without shapes.
#
# **Predict:** 50% is guessing. What do the networks reach without colours? And without shapes?

# %% [markdown] lang="zh"
# 没有花瓣：$5\times 5$ 像素看到的太少了。颜色这样读：卷积核某处是亮绿色，说明那里的绿光会提高它的响应；某处发暗，说明那里有光反而会降低响应。
# 卷积核 2 几乎成了单色。莫非网络认的是颜色，而不是花瓣和屋檐？图像给人启发，数字才能裁决。
# 我们让学过的网络再看两遍全部小图：一遍是灰度的，没有颜色；一遍是每张都涂成自己的平均颜色，没有形状。
#
# **先猜：** 50% 等于瞎猜。没有颜色，网络能对几成？没有形状呢？

# %% [markdown] lang="en" slide="slide"
# ## Colour or shape?
#
# All pieces once in grey, without colours; once in their own mean colour, without shapes. 50% is guessing. **Predict:** what is left?

# %% [markdown] lang="zh" slide="slide"
# ## 认的是颜色，还是形状？
#
# 全部小图再看两遍：一遍灰度，没有颜色；一遍涂成自己的平均颜色，没有形状。50% 等于瞎猜。**先猜：** 各还能对几成？

# %% tags=["slide-answer"]
grey = pictures.mean(1, keepdim=True).expand(-1, 3, -1, -1)
flat = pictures.mean((2, 3), keepdim=True).expand(-1, -1, 32, 32)
for seed, net in learned.items():
    print(f"seed {seed}: without colours below 60%:", accuracy(net, grey) < 0.6)
    print(f"seed {seed}: without shapes above 80%: ", accuracy(net, flat) > 0.8)

# %% [markdown] lang="en" slide="fragment"
# All three go by *colour*: the most convenient difference there is.

# %% [markdown] lang="zh" slide="fragment"
# 三个网络认的都是*颜色*：最省事的差别。

# %% [markdown] lang="en" slide="notes"
# **3 min.** A picture gives an idea; numbers decide. Guess, then measure: that is the method of the whole chapter.
#
# **Expect:** "so networks go by colour". No law: shuffle the pieces in another way, and one of them goes by light and dark. **Ask:** where could such a shortcut do harm?

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 图像给人启发，数字才能裁决。先猜，再量：这就是整章的方法。
#
# **常见错误：** “原来网络认的是颜色。”这不是定律：换一种打乱方式，其中一个学会的就是看明暗。**提问：** 在什么地方，这样的捷径会造成危害？

# %% [markdown] lang="en"
# All three networks go by colour, the most convenient difference between the two photographs. (It is no law: shuffle with `torch.manual_seed(1)` in section 1, and seed 0
# learns to go by light and dark.) What the kernels keep of their random grain comes from the random beginning: nothing in this task forces it away.
#
# **Play:** open the diary at the images, write `kernels` into the filter line at the top, and turn its pages from epoch 0 to 10. Find a kernel that becomes almost one colour. From which epoch on
# can you tell?

# %% [markdown] lang="zh"
# 三个网络认的都是颜色，也就是两张照片之间最省事的差别。（这不是定律：在第 1 节用 `torch.manual_seed(1)` 打乱，种子 0 学会的就是看明暗。）
# 卷积核上剩下的杂乱斑点来自随机的起点：这个任务并不逼着它们消失。
#
# **动手：** 打开日记的图像页，在上方的筛选框里填 `kernels`，再从第 0 轮翻到第 10 轮。找一个几乎变成单色的卷积核：从第几轮起看得出来？

# %% tags=["explorer"]
d2l.tensorboard(runs, tab="images", height=600)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> why can the second layer's kernels not be shown as colour pictures?</summary>
#
# They have 6 channels, one for each map of the first layer. That is section 3 again: six maps are not a picture. Show each kernel
# as six small grey pictures.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>为什么第二层的卷积核不能画成彩色小图？</summary>
#
# 它们有 6 个通道，对应第一层的各个特征图。这又回到了第 3 节：六张特征图不是一张图像。把每个卷积核画成六张灰度小图吧。
# </details>

# %% [markdown] lang="en"
# ## 7 · The real thing
#
# Our functions take `batches`, whichever they are: the same experiment on CIFAR-10 is one name in place of another. If the data are
# not on your machine, the next cell says so, and the section runs on the crops once more.

# %% [markdown] lang="zh"
# ## 7 · 换上真正的数据
#
# 我们的函数只认参数 `batches`，不管里面是什么。所以要在 CIFAR-10 上做同样的实验，换个名字就行。如果你的机器上没有这些数据，
# 下面的单元格会说明，本节就在那些小图上再跑一遍。

# %%
real, remark = d2l.cifar10_or(batches)
remark

# %% [markdown] lang="en"
# **Predict:** which of the findings on 520 crops of two photographs will hold on ten thousand photographs of frogs, ships and lorries? That the average
# never gains contrast? That the maximum sometimes does? That more than half of the cells are zero after ReLU?
#
# For the diary, every eighth batch will do for the pictures; the scalars get them all.

# %% [markdown] lang="zh"
# **先猜：** 在两张照片的 520 张小图上得到的结论，到了一万张青蛙、轮船、卡车的照片上，哪些还成立？
# 平均汇聚从不增加对比度？最大汇聚有时会？ReLU 之后超过一半的格是零？
#
# 写日记时，图像每隔八批写一次就够了；标量则每批都写。

# %%
write_maps(real, "real_maps", every=len(real) // 20 + 1)
watch(real, "real_max", nn.MaxPool2d(3, ceil_mode=True))
watch(real, "real_average", nn.AvgPool2d(3, ceil_mode=True))
real_kept = {
    "max": torch.cat([kept(X, F.max_pool2d) for X, y in real]),
    "average": torch.cat([kept(X, F.avg_pool2d) for X, y in real]),
}

# %%
print("the average never gains contrast:", bool((real_kept["average"] <= 1).all()))
gains = (real_kept["max"] > 1).double().mean()
print("the maximum gains it in a fifth to a half of the pictures:", bool(0.2 < gains < 0.5))
print(
    "more than half of the cells are zero in every batch:",
    min(curve("real_max", "share_of_zeros")) > 0.5,
)

# %%
d2l.show_spread(
    {name: shares[:1000] for name, shares in real_kept.items()},  # dots enough
    xlabel="share of contrast kept",
    repeatable=False,
)

# %% [markdown] lang="en"
# All of it holds. The first had to: section 4 proves it for any numbers. The others did not have to, but a window of $3\times 3$ sees no frog and no ship, only
# edges, even patches and grain, and our two photographs have those as well.
#
# **Play:** find a picture that you still recognise after pooling, and one that you do not. What is lost in the second?

# %% [markdown] lang="zh"
# 全都成立。第一条是必然的：由第 4 节可知，它对任何数都成立。另外两条并非必然，不过 $3\times 3$ 的窗口看不到青蛙，也看不到轮船，
# 只看到边缘、均匀的色块和颗粒，而这些，我们那两张照片里也有。
#
# **动手：** 找一张汇聚之后还认得出来的图像，再找一张认不出来的。后者丢掉的是什么？

# %%
real_X, _ = next(iter(real))


def show_real(picture):
    X = real_X[picture]
    shown = {"picture": X, "max": F.max_pool2d(X, 3, ceil_mode=True)}
    shown["average"] = F.avg_pool2d(X, 3, ceil_mode=True)
    grey_maps = as_grey(conv(real_X).detach())[picture]
    shown |= {f"map {k}": grey_maps[k].expand(3, -1, -1) for k in (2, 3, 5)}
    return d2l.show_images(shown, columns=3, width=7.5, repeatable=False)


# %% tags=["explorer"]
d2l.sliders(show_real, picture=range(24))

# %% [markdown] lang="en"
# In TensorBoard, filter the images for `pooled_pictures`: the runs `real_max` and `real_average` show the same batches, pooled in two ways.
#
# <details><summary><b>Check yourself:</b> why does the last batch of CIFAR-10 have 16 pictures?</summary>
#
# $10000 = 156 \cdot 64 + 16$. So there are 157 batches, and the mean of 157 batch means is not quite the mean of all pictures: the last
# 16 would count as much as 64. Exercise 9 puts that right.
# </details>

# %% [markdown] lang="zh"
# 在 TensorBoard 的图像页里筛选 `pooled_pictures`：`real_max` 和 `real_average` 这两次运行，显示的是同样几批图像的两种汇聚。
#
# <details><summary><b>自测：</b>CIFAR-10 的最后一批为什么只有 16 张？</summary>
#
# $10000 = 156 \cdot 64 + 16$，所以一共有 157 批。把 157 个批平均值再平均，得到的并不恰好是全部图像的平均值：
# 最后的 16 张会被当成 64 张那样看重。练习 9 就来纠正它。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - a diary: pictures for the eye, a few numbers for comparing
# - one folder for each run, one step for each page
# - six maps are not a picture: show each in grey
# - the maximum lets bright grow and eats dark, the average blurs
# - hooks watch without touching; guess from pictures, decide by numbers

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 记日记：图像给眼睛看，比较靠几个数
# - 每次运行一个文件夹，每一页写上步数
# - 六张特征图不是一张图像：各画成灰度图
# - 最大汇聚让亮的长大，把暗的吃掉；平均汇聚才是模糊
# - 钩子只看不碰；看图生猜想，用数下结论

# %% [markdown] lang="en" slide="notes"
# **2 min.** Back to the board: pictures, numbers, the middle of the network; tick them off. Whoever drowns in numbers writes too many: what question should this curve answer? Set the exercise on the trick now.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到黑板：图像、数字、网络内部，一项项打勾。淹没在数字里的人，是记得太多了：先问这条曲线要回答什么问题。现在布置关于那个花招的练习。

# %% tags=["exercises"]
exercises.ch11

# %% [markdown] lang="en"
# With your function, this cell shows the nine windows that the first map of a learned network likes best:

# %% [markdown] lang="zh"
# 写好之后，下面的单元格会展示学过的网络中第一个特征图最喜欢的九个窗口：

# %%
found = best_windows(batches, learned[0][0], 9)
shown = {f"{n}": found[0, n].detach() for n in range(9)} if found is not None else {}
d2l.show_images(shown, columns=9, repeatable=False) if shown else None

# %% [markdown] lang="en"
# ## Summary
#
# What do layers do to ten thousand pictures? An untrained convolution already gives six different views of each, many of them negative almost everywhere; ReLU sets
# more than half of all cells to zero. Average pooling blurs: it keeps most of the contrast of most pictures, never adds any, and stays closest to the picture. Max pooling does
# not blur: it lets bright things grow and dark ones vanish.
#
# How do you watch without drowning? Write a diary: a few scalars for each step, histograms and pictures now and then, one folder for each run, the step as page
# number. Look into the middle with hooks, and take them off again. And be wary of pretty pictures: six maps are not a picture, and a reshape removes no
# channel. One grey picture for each map, on a scale that fits, is honest.
#
# **Next:** take the learning network of section 6 and your diary, and watch a network of your own: chapters 09 and 10 have the data and the training loop for it.
#
# **Further reading**
# - PyTorch, [torch.utils.tensorboard](https://docs.pytorch.org/docs/stable/tensorboard.html), all that a writer can write.
# - TensorFlow, [TensorBoard](https://www.tensorflow.org/tensorboard), the program and its pages.
# - Krizhevsky, [Learning Multiple Layers of Features from Tiny Images](https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf) (2009), where CIFAR-10 comes from.
# - Zeiler and Fergus, [Visualizing and Understanding Convolutional Networks](https://arxiv.org/abs/1311.2901) (2013), for exercise 11 on a grand scale.

# %% [markdown] lang="zh"
# ## 小结
#
# 这些层对一万张图像做了什么？没有训练过的卷积层，已经能给每张图像六种不同的看法，其中不少几乎处处为负；ReLU 把一半以上的格变成零。
# 平均汇聚是模糊：对多数图像，它保住大部分对比度，从不增加，而且最接近原图。最大汇聚不是模糊：它让亮的东西长大，让暗的东西消失。
#
# 怎样观察才不会淹没在数字里？记日记：每步几个标量，隔一阵子写一次直方图和图像，每次运行一个文件夹，步数就是页码。要看网络的中间，就挂钩子，用完取下。
# 还要提防好看的图：六张特征图不是一张图像，改变形状并不会去掉通道。每个特征图一张灰度图，配上合适的刻度，才是老实的画法。
#
# **下一步：** 带上第 6 节的方法和你的日记，去观察一个你自己的网络：数据和训练循环，第 09、10 章里都有。
#
# **延伸阅读**
# - PyTorch：[torch.utils.tensorboard](https://docs.pytorch.org/docs/stable/tensorboard.html)，日记里能写的一切。
# - TensorFlow：[TensorBoard](https://www.tensorflow.org/tensorboard)，程序本身和它的各个页面。
# - Krizhevsky：[Learning Multiple Layers of Features from Tiny Images](https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf)（2009），CIFAR-10 的出处。
# - Zeiler、Fergus：[Visualizing and Understanding Convolutional Networks](https://arxiv.org/abs/1311.2901)（2013），大规模地做了练习 11 做的事。
