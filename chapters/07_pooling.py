# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 07 Pooling
#
# *Somebody writes a 3, and then the same 3 one pixel further to the right. For us nothing has happened. Should the answer of
# a network change? People say that taking the largest of four numbers takes care of that. How much does it help, really?*
#
# **In this chapter you will**
# - compute maximum and average pooling by hand, and predict their shapes;
# - find out what maximum pooling sees beyond the border, which is not zero;
# - use every argument of PyTorch's pooling layers, and see what each one changes;
# - go back from a pooled map, and count what is lost on the way;
# - measure how far pooling makes an answer indifferent to a shift, on real digits, and meet the limits;
# - build pooling out of convolutions.
#
# **Time:** about 45 minutes to read and run, two hours for all the exercises. **You need:** chapters 02, 03 and 05, and from
# chapter 06 the idea of channels and groups.

# %% [markdown] lang="zh"
# # 07 汇聚（池化）
#
# *有人写了一个 3，再往右挪一个像素，又写了一个一模一样的 3。在我们看来，什么也没变。
# 网络的回答应该变吗？常听人说：四个数里取最大的，就能对付这种移动。这一招到底能帮上多少忙？*
#
# **学完本章，你将能够**
# - 手算最大汇聚和平均汇聚，并预先说出输出的形状；
# - 弄清最大汇聚在边界之外看到的是什么（不是零）；
# - 用遍 PyTorch 汇聚层的每一个参数，看清每个参数改变了什么；
# - 从汇聚图往回走，数一数路上丢了多少东西；
# - 在真实的手写数字上量一量：有了汇聚，回答究竟能在多大程度上不受平移影响，极限又在哪里；
# - 用卷积搭出汇聚。
#
# **所需时间：** 阅读并运行约 45 分钟，做完全部练习约需两小时。**预备知识：** 第 02、03、05 章，以及第 06 章中通道与分组的概念。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Draw a 3 on the board, and the same 3 a hand's breadth to the right. **Ask:** who has heard that maximum pooling makes a network indifferent to such a shift? By how much, in per cent? Write three guesses on the board and leave them there; we measure it later.
#
# **Expect:** high guesses, half and more.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 在黑板上写一个 3，往右挪一点，再写一个一样的 3。**提问：** 谁听说过，有了最大汇聚，网络就不在乎这种移动？能消去百分之几的变化？把三个人猜的数写在黑板上，先留着，后面我们来量。
#
# **常见错误：** 都猜得很高，一半甚至更多。

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
# ## 1 · The largest of four
#
# **Pooling** slides a window over a picture, as cross-correlation does. But there is no kernel and nothing to multiply: each window
# is summed up in one number. **Maximum pooling** takes the largest number in the window, **average pooling** the mean.
#
# **Predict:** the window below is two rows high and two columns wide. Which numbers do the two kinds of pooling answer at the four places
# where it fits?

# %% [markdown] lang="zh"
# ## 1 · 四个数里最大的一个
#
# **汇聚**与互相关一样，也是让窗口在图像上滑动。但这里没有卷积核，也不做乘法：每个窗口只用一个数来概括。
# **最大汇聚**取窗口中最大的数，**平均汇聚**取平均值。
#
# **先猜：** 下面的窗口高两行、宽两列，一共有四个位置可放。两种汇聚在这四个位置上各回答什么数？

# %% [markdown] lang="en" slide="slide"
# ## The largest of four
#
# The window slides, but nothing is multiplied: one number sums it up.
#
# **Predict:** what do *maximum* and *average* pooling answer at the four places?

# %% [markdown] lang="zh" slide="slide"
# ## 四个数里最大的一个
#
# 窗口照样滑动，但没有卷积核，也不做乘法：每个窗口只用一个数来概括。
#
# **先猜：** *最大*汇聚和*平均*汇聚在四个位置上各回答什么？

# %% tags=["slide"]
X = torch.arange(9.0).reshape(3, 3)
d2l.show_grids(X=X, mark={"X": (0, 0, 2, 2)})

# %% [markdown] lang="en" slide="fragment"
# Maximum: 4, 5, 7, 8. Average: 2, 3, 5, 6.

# %% [markdown] lang="zh" slide="fragment"
# 最大：4、5、7、8。平均：2、3、5、6。

# %% [markdown] lang="en" slide="notes"
# **2 min.** Quick and easy, everybody gets it right: let them, it goes on harder. **Ask:** how many parameters has such a layer? None.
#
# **Ask:** add 10 to the picture, what happens to both maps? (Plus 10.) Multiply by −1? The average turns its sign; the maximum becomes minus the *smallest*: another map altogether. **Expect:** "it turns the sign, too."

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这题又快又容易，人人都对；先让大家高兴一下，后面会难起来。**提问：** 这样的层有多少个参数？一个也没有。
#
# **提问：** 图像处处加 10，两张图会怎样？（都加 10。）乘以 −1 呢？平均只是变号；最大却成了*最小*值的相反数，完全是另一张图。**常见错误：** “最大也只是变号。”


# %%
def pool_loops(X, size, summary):
    Y = X.new_zeros(X.shape[0] - size + 1, X.shape[1] - size + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = summary(X[i : i + size, j : j + size])
    return Y


# %%
d2l.show_grids(X=X, max=pool_loops(X, 2, torch.max), avg=pool_loops(X, 2, torch.mean))

# %% [markdown] lang="en"
# **Play:** move the window, and switch between maximum and average pooling. Which numbers of `X` never appear as a maximum? Is there a number that takes part
# in no average?

# %% [markdown] lang="zh"
# **动手：** 移动窗口，在最大汇聚和平均汇聚之间切换。
# `X` 中的哪些数从来不会作为最大值出现？有没有哪个数，一次平均也没参加？

# %% [markdown] lang="en" slide="slide"
# ## Play: who wins?
#
# **Task:** which numbers never come out as a maximum?

# %% [markdown] lang="zh" slide="slide"
# ## 动手试：谁会赢？
#
# **任务：** 哪些数从来不会作为最大值出现？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import WindowExplorer

WindowExplorer(X, torch.ones(2, 2), "max")

# %% [markdown] lang="en" slide="notes"
# **3 min.** E goes into the picture; the step buttons or the arrow keys move the window; the menu *operation* changes to average pooling; Escape leaves. Let the class keep a list of winners. **Ask:** does any number miss every average?
#
# **Answer:** 0, 1, 2, 3 and 6 never win. No number misses every average. So maximum pooling does not care what the losers are, as long as they stay small. An average listens to everybody. Most of this lecture follows from that.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按 E 进入图中；用“前进”按钮或方向键移动窗口；在*运算*菜单里换成平均汇聚；按 Esc 离开。让大家记下每次是谁赢。**提问：** 有没有哪个数，一次平均也没参加？
#
# **答案：** 0、1、2、3、6 从来没赢过；没有哪个数一次平均也没参加。所以只要输家不变大，究竟是多少，最大汇聚并不在乎；平均则是人人有份。这节课的大部分内容都由此而来。

# %% [markdown] lang="en"
# The numbers 0, 1, 2, 3 and 6 never win, so maximum pooling does not care what they are, as long as they stay small. An average
# listens to everybody. That is the whole difference, and most of this chapter follows from it.
#
# `d2l.pool2d` does what the loops do, only faster; PyTorch has the layers `nn.MaxPool2d` and `nn.AvgPool2d`, which want a channel axis
# in front: hence `X[None]`. All agree:

# %% [markdown] lang="zh"
# 0、1、2、3、6 从来没赢过；只要它们不变大，究竟是多少，最大汇聚并不在乎。平均则是人人有份。
# 两者的差别就在这里，本章的大部分内容都由此而来。
#
# `d2l.pool2d` 与上面的循环做同样的事，只是更快；PyTorch 里对应的层是 `nn.MaxPool2d` 和 `nn.AvgPool2d`，
# 它们要求输入的最前面有通道轴，所以写成 `X[None]`。三种写法结果一致：

# %%
layer = nn.MaxPool2d(2, stride=1)
d2l.compare(layer(X[None])[0], d2l.pool2d(X, 2))

# %%
d2l.compare(nn.AvgPool2d(2, stride=1)(X[None])[0], d2l.pool2d(X, 2, "avg"))

# %%
print("parameters to learn:", sum(p.numel() for p in layer.parameters()))

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> add 10 to every number of a picture. What happens to the two pooled maps? And if you
# multiply every number by −1?</summary>
#
# Adding 10 adds 10 to both maps. Multiplying by −1 turns the average map's signs, but the maximum becomes minus the *smallest* number
# of each window: a different map altogether.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>把图像的每个数都加 10，两张汇聚图会怎样？每个数都乘以 −1 呢？</summary>
#
# 都加 10，两张汇聚图也处处加 10。乘以 −1，平均汇聚图只是变了正负号；最大汇聚图却成了每个窗口中*最小*值的相反数，完全是另一张图了。
# </details>

# %% [markdown] lang="en"
# ## 2 · Steps, and what lies beyond the border
#
# Now a picture of 4 rows and 4 columns with the numbers from 0 to 15, and the layer `nn.MaxPool2d(3)`.
#
# **Predict:** how large is the output? Chapter 05 would say $4 - 3 + 1$ rows. Is that right here?

# %% [markdown] lang="zh"
# ## 2 · 步幅，以及边界之外
#
# 现在换一张 4 行 4 列的图像，里面是从 0 到 15 的数；再取一个层 `nn.MaxPool2d(3)`。
#
# **先猜：** 输出有多大？照第 05 章的说法，应该有 $4 - 3 + 1$ 行。这里也对吗？

# %% [markdown] lang="en" slide="slide"
# ## How far does it step?
#
# `nn.MaxPool2d(3)` on 4 rows and 4 columns, with the numbers 0 to 15.
#
# **Predict:** how large is the output? Chapter 05 says $4 - 3 + 1$.

# %% [markdown] lang="zh" slide="slide"
# ## 一步走多远？
#
# 把 `nn.MaxPool2d(3)` 用在 4 行 4 列的图像上，里面是 0 到 15。
#
# **先猜：** 输出有多大？照第 05 章的说法，应该是 $4 - 3 + 1$。

# %% tags=["slide-answer"]
X16 = torch.arange(16.0).reshape(1, 4, 4)
nn.MaxPool2d(3)(X16)

# %% [markdown] lang="en" slide="fragment"
# One number. The default stride is *the window itself*, not 1.

# %% [markdown] lang="zh" slide="fragment"
# 只有一个数。默认步幅是*窗口的大小*，不是 1。

# %% [markdown] lang="en" slide="notes"
# **2 min.** **Expect:** two by two, and that is what a convolution would give. A convolution steps by one cell unless you ask for more; pooling lays its windows side by side.
#
# **Ask:** which cells were in no window? The last row and the last column, 15 among them, the largest of all. No warning. Padding, stride and dilation work as in chapter 05.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** **常见错误：** 答两行两列，卷积确实是这样。卷积不另外指定时每次走一格；汇聚的窗口却一个挨一个。
#
# **提问：** 哪些格没有进入任何窗口？最后一行和最后一列，最大的 15 也在其中。没有任何警告。填充、步幅和空洞的用法与第 05 章相同。

# %%
print("stride:", nn.MaxPool2d(3).stride)

# %% [markdown] lang="en"
# One number. A convolution steps by one cell unless you ask for more; a pooling layer steps by **its own window**: the default stride
# is the window's size, so that the windows lie side by side. The last row and the last column were in no window at all. Padding and stride
# work as in chapter 05, and both may differ between height and width:

# %% [markdown] lang="zh"
# 只有一个数。卷积若不另外指定，每次只走一格；汇聚层却一次走**一整个窗口**：默认步幅就是窗口的大小，窗口一个挨一个，互不重叠。
# 于是，最后一行和最后一列没有进入任何窗口。填充和步幅的用法与第 05 章相同，高和宽两个方向可以取不同的值：

# %%
nn.MaxPool2d(3, padding=1, stride=2)(X16)

# %%
nn.MaxPool2d((2, 3), stride=(2, 1), padding=(0, 1))(X16)

# %% [markdown] lang="en"
# **Predict:** every cell of the next picture is −1. We pool with padding 1. In a convolution the padding is made of zeros. What is
# the largest number in the window at the corner?

# %% [markdown] lang="zh"
# **先猜：** 下一张图像每一格都是 −1，汇聚时填充为 1。卷积填充的是零，那么这里，角上那个窗口中最大的数是几？

# %% [markdown] lang="en" slide="slide"
# ## What lies beyond the border?
#
# Every cell is −1. Window 3, stride 1, padding 1.
#
# **Predict:** what is the largest number in the window at the corner?

# %% [markdown] lang="zh" slide="slide"
# ## 边界之外是什么？
#
# 每一格都是 −1。窗口 3，步幅 1，填充 1。
#
# **先猜：** 角上那个窗口里，最大的数是几？

# %% tags=["slide-answer"]
dark = torch.full((1, 3, 3), -1.0)
by_layer = F.max_pool2d(dark, 3, stride=1, padding=1)[0]
with_zeros = F.max_pool2d(F.pad(dark, (1, 1, 1, 1)), 3, stride=1)[0]
d2l.show_grids(by_layer=by_layer, with_zeros=with_zeros)

# %% [markdown] lang="en" slide="fragment"
# Maximum pooling pads with *minus infinity*, the number that never wins.

# %% [markdown] lang="zh" slide="fragment"
# 最大汇聚填充的是*负无穷*，一个永远赢不了的数。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Take a vote: −1 or 0? **Expect:** 0, since convolutions pad with zeros. The right grid is what zeros would do: the border reports light where there is none.
#
# **Ask:** and average pooling? It *does* pad with zeros, and counts them, so the border gets darker; `count_include_pad=False` makes it honest. **Ask:** why does PyTorch refuse a padding of more than half of the window? Some window would have nothing to report.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 举手表决：−1 还是 0？**常见错误：** 答 0，因为卷积填充的是零。右边的图就是填零的后果：边界上凭空冒出亮光。
#
# **提问：** 平均汇聚呢？它填的*真*是零，还要计入个数，所以边界变暗；设 `count_include_pad=False` 才不失真。**提问：** 填充超过窗口的一半，PyTorch 为什么拒绝？因为会有窗口没有数可取。

# %%
minus_infinity = F.pad(dark, (1, 1, 1, 1), value=-torch.inf)
d2l.compare(by_layer, F.max_pool2d(minus_infinity, 3, stride=1)[0])

# %% [markdown] lang="en"
# **Maximum pooling pads with minus infinity**, the number that never wins. A zero would have been larger than everything in the picture,
# and the border would have reported light where there is none. Average pooling does pad with zeros; section 3 shows the price.
#
# A window that lies in the padding alone would have nothing to report, so PyTorch allows padding up to half of the window and
# refuses more:

# %% [markdown] lang="zh"
# **最大汇聚填充的是负无穷**，一个永远赢不了的数。要是填零，零就比图像里所有的数都大，边界上便会凭空冒出亮光。
# 平均汇聚填充的倒真是零，代价见第 3 节。
#
# 窗口要是整个落在填充里，就没有数可取了。所以 PyTorch 只允许填充到窗口的一半，再多就拒绝：

# %%
try:
    nn.MaxPool2d(2, padding=2)(X16)
except RuntimeError:
    print("refused")

# %% [markdown] lang="en"
# **Play:** here is a 5 by 5 picture, with a window of 3 and padding 1. Which is the smallest stride for which the output has only two rows?
# Then switch to the average, go to the corner, and look at the sum: by how many is it divided?

# %% [markdown] lang="zh"
# **动手：** 下面是一张 5 行 5 列的图像，窗口为 3，填充为 1。步幅最小取几，输出才只有两行？
# 再换成平均汇聚，把窗口移到角上，看图下方的算式：总和除以了几？

# %%
R = torch.tensor(
    [[1.0, 2, 0, 3, 2], [3, 2, 4, 5, 6], [3, 4, 5, 6, 2], [1, 3, 2, 6, 5], [5, 6, 2, 1, 3]]
)

# %% [markdown] lang="en" slide="slide"
# ## Play: steps and borders
#
# **Task:** which is the smallest stride that leaves only two rows?

# %% [markdown] lang="zh" slide="slide"
# ## 动手试：步幅与边界
#
# **任务：** 步幅最小取几，输出才只有两行？

# %% tags=["explorer", "slide"]
WindowExplorer(R, torch.ones(3, 3), "max", padding=1)

# %% [markdown] lang="en" slide="notes"
# **3 min.** E goes in. Raise the stride, and let the class call the number of rows before you do. **Answer:** 3; the windows then begin at rows 0 and 3 of the padded picture.
#
# Then choose average pooling in the menu *operation* and go to the corner. **Ask:** the sum is divided by what? By 9, though only four of the nine cells belong to the picture. Escape leaves.
#
# For the quick ones: what does `ceil_mode` do? Windows may hang over the far edge, and then only their own cells count.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按 E 进入。逐步加大步幅，每次先让全班喊出输出的行数。**答案：** 3，这时窗口从填充后图像的第 0 行和第 3 行开始。
#
# 然后在*运算*菜单里选平均汇聚，把窗口移到角上。**提问：** 总和除以几？九格里虽然只有四格属于图像，仍然除以 9。按 Esc 离开。
#
# 留给做得快的人：`ceil_mode` 有什么用？窗口可以伸出右边和下边，伸出去的格不计入个数。

# %% [markdown] lang="en"
# Stride 3: the windows then begin at rows 0 and 3 of the padded picture. And the average at the corner is divided by 9, although
# only four of its nine cells belong to the picture.
#
# One more question at the border. With window 3 and stride 3, without padding, a 5 by 5 picture has room for one window and a part of the next. By default
# the part is dropped. With `ceil_mode=True` the size is rounded up, and a window may hang over the far edge.
#
# **Predict:** what are the outputs in the two modes?

# %% [markdown] lang="zh"
# 答案是步幅 3：这时窗口从填充后图像的第 0 行和第 3 行开始。至于角上的窗口，九格里虽然只有四格属于图像，求平均时总和仍然除以 9。
#
# 边界上还有一个问题。窗口为 3、步幅为 3、没有填充时，5 行 5 列的图像放得下一个窗口，外加下一个窗口的一部分。默认情况下，这一部分被舍弃；
# 设 `ceil_mode=True`，大小就向上取整，窗口可以伸出右边和下边。
#
# **先猜：** 两种情况下，输出各是什么？

# %%
dropped = F.max_pool2d(R[None], 3)[0]
kept = F.max_pool2d(R[None], 3, ceil_mode=True)[0]
windows = [(0, 0, 3, 3), (0, 3, 3, 3), (3, 0, 3, 3), (3, 3, 3, 3)]
d2l.show_grids(R=R, ceil_False=dropped, ceil_True=kept, mark={"R": windows})

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> with <code>ceil_mode=True</code> and average pooling, is the top right window divided by 9 or
# by 6?</summary>
#
# By 6: cells that are neither picture nor padding are never counted. Its cells are 3, 2, 5, 6, 6, 2, with the sum 24, and the average
# is 4. The next cell checks it.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>平均汇聚，<code>ceil_mode=True</code>，右上角那个窗口求平均时，除以 9 还是除以 6？</summary>
#
# 除以 6：既不属于图像、也不属于填充的格，从来不计入。这个窗口里是 3、2、5、6、6、2，总和 24，平均值是 4。下一个单元格验证这一点。
# </details>

# %%
print("average at the top right:", F.avg_pool2d(R[None], 3, ceil_mode=True)[0, 0, 1].item())

# %% [markdown] lang="en"
# ## 3 · Channel by channel
#
# A convolution adds up over its input channels. What does pooling do with them? Take a picture of two channels. In the first, row $r$ is
# full of the number $r$; in the second, of $4 + r$.
#
# **Predict:** how many channels come out of `F.max_pool2d(two, 2)`, and what is in them?

# %% [markdown] lang="zh"
# ## 3 · 各通道分开算
#
# 卷积会把各个输入通道加起来。汇聚怎么对待通道呢？取一张两通道的图像：第一个通道的第 $r$ 行全是 $r$，
# 第二个通道的同一行全是 $4 + r$。
#
# **先猜：** `F.max_pool2d(two, 2)` 的输出有几个通道，里面是什么？

# %% [markdown] lang="en" slide="slide"
# ## Channel by channel
#
# Two channels, window 2.
#
# **Predict:** how many channels come out, and what is in them?

# %% [markdown] lang="zh" slide="slide"
# ## 各通道分开算
#
# 两个通道，窗口为 2。
#
# **先猜：** 出来几个通道，里面是什么？

# %% tags=["slide"]
rows = torch.arange(4.0).reshape(4, 1).expand(4, 4)
two = torch.stack([rows, 4 + rows])
d2l.show_grids(first=two[0], second=two[1])

# %%
F.max_pool2d(two, 2)

# %% [markdown] lang="en" slide="fragment"
# Two: rows of 1 and 3, rows of 5 and 7. *Pooling never mixes channels.*

# %% [markdown] lang="zh" slide="fragment"
# 两个：一个的两行是 1 和 3，另一个是 5 和 7。*汇聚从不混合通道。*

# %% [markdown] lang="en" slide="notes"
# **2 min.** **Expect:** one channel, because "channels are added up". A convolution adds up over its input channels; pooling treats each by itself. To mix is the work of convolutions (chapter 06).
#
# **Ask:** what if the window is as large as the map? One number for each channel: *global average pooling*. Many networks end this way, and so take pictures of any size.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** **常见错误：** 答一个通道，以为“通道会加起来”。把输入通道加起来的是卷积；汇聚对每个通道单独进行。混合通道是卷积的事（第 06 章）。
#
# **提问：** 如果窗口与特征图一样大呢？每个通道只剩一个数，这就是*全局平均汇聚*。许多网络以它收尾，所以多大的图像都能处理。

# %% [markdown] lang="en"
# **Pooling treats every channel by itself.** As many channels come out as go in, and no channel learns of another. To mix channels is
# the work of convolutions.
#
# Now average pooling with a window of 2, stride 1 and padding 1.
#
# **Predict:** what stands in the corner of the first channel's output, and what in its second row?

# %% [markdown] lang="zh"
# **汇聚对每个通道单独进行。** 进来几个通道，出去还是几个通道，彼此互不相干。混合通道是卷积的事。
#
# 再看平均汇聚，窗口为 2，步幅为 1，填充为 1。
#
# **先猜：** 第一个通道的输出，角上是几？第二行又是什么？

# %%
counted = F.avg_pool2d(two, 2, stride=1, padding=1)
not_counted = F.avg_pool2d(two, 2, stride=1, padding=1, count_include_pad=False)
d2l.show_grids(counted=counted[0], not_counted=not_counted[0])

# %% [markdown] lang="en"
# Rows 0 and 1 of the channel have the mean 0.5, and that is what the inner cells of the second row say. At its ends stands 0.25: half of the
# window is padding, the zeros are **counted**, and the sum 1 is divided by 4. Average pooling with padding makes the border darker than it is.
# With `count_include_pad=False` the sum is divided by the number of real cells, and the border is honest.
#
# What if the window is as large as the picture? Then one number is left for each channel: **global average pooling**. Many networks end
# this way: from any size of map to one number per channel.

# %% [markdown] lang="zh"
# 这个通道的第 0 行和第 1 行平均是 0.5，输出第二行的中间几格正是这个数。两端却是 0.25：窗口有一半是填充，填进来的零也**计入**个数，
# 总和 1 要除以 4。带填充的平均汇聚会让边界比实际更暗。设 `count_include_pad=False`，就只除以真实的格数，边界也就不失真了。
#
# 如果窗口与图像一样大呢？那么每个通道只剩一个数，这就是**全局平均汇聚**。许多网络都以它收尾：不管特征图有多大，每个通道都变成一个数。

# %%
print("window of 4:       ", F.avg_pool2d(two, 4).flatten().tolist())
print("width, then height:", two.mean(dim=2).mean(dim=1).tolist())
print("AdaptiveAvgPool2d: ", nn.AdaptiveAvgPool2d(1)(two).flatten().tolist())

# %% [markdown] lang="en"
# `nn.AdaptiveAvgPool2d` is told the size of the *output* and chooses its windows itself, so it takes pictures of any size.
#
# <details><summary><b>Check yourself:</b> a batch of shape (8, 16, 10, 10) goes through <code>nn.AvgPool2d(2)</code> and then through
# <code>nn.AdaptiveAvgPool2d(1)</code>. Which shapes come out? Was the first layer of any use for the result?</summary>
#
# First (8, 16, 5, 5), then (8, 16, 1, 1). It was of no use: the mean of equally many means is the mean of everything.
# </details>

# %% [markdown] lang="zh"
# `nn.AdaptiveAvgPool2d` 要你给出的是*输出*的大小，窗口由它自己选，所以多大的图像都能处理。
#
# <details><summary><b>自测：</b>形状为 (8, 16, 10, 10) 的批量先经过 <code>nn.AvgPool2d(2)</code>，再经过
# <code>nn.AdaptiveAvgPool2d(1)</code>，形状各是什么？第一层对最后的结果有用吗？</summary>
#
# 先是 (8, 16, 5, 5)，再是 (8, 16, 1, 1)。第一层没有用：把全体分成个数相等的几组，各组平均值的平均值，就是全体的平均值。
# </details>

# %%
torch.manual_seed(0)
batch = torch.randn(8, 16, 10, 10).double()
d2l.compare(nn.AdaptiveAvgPool2d(1)(F.avg_pool2d(batch, 2)), batch.mean((2, 3), keepdim=True))

# %% [markdown] lang="en"
# ## 4 · Every argument, and the way back
#
# These are all arguments of the four pooling layers that you will meet most. Keep the table; you will come back to it.
#
# | argument | `MaxPool1d`, `MaxPool2d` | `AvgPool2d` | `MaxUnpool2d` | meaning |
# |:--|:-:|:-:|:-:|:--|
# | `kernel_size` | yes | yes | yes | the window; an int, or (height, width) |
# | `stride` | yes | yes | yes | from one window to the next; default: the window |
# | `padding` | yes | yes | yes | cells added on each side, at most half of the window |
# | `dilation` | yes | | | distance between the cells of a window; default 1, no gap |
# | `ceil_mode` | yes | yes | | round the size up: windows may hang over the far edge |
# | `return_indices` | yes | | | also say *where* each maximum was |
# | `count_include_pad` | | yes | | count padding when dividing; default: yes |
# | `divisor_override` | | yes | | divide by this number instead; 1 gives sums |
# | `output_size` | | | of the call | the size to return to, if it is not the obvious one |
#
# A table is quickly believed. So change one argument at a time, and demand that the output changes with it.
#
# **Predict:** the input has 8 rows and 10 columns, the window is 3, the stride 2, so the output has 3 rows and 4 columns. Below, maximum pooling is
# changed in one argument at a time. Which change leaves the shape as it is? Which makes the map smaller?

# %% [markdown] lang="zh"
# ## 4 · 每一个参数，以及回去的路
#
# 下面是最常用的四种汇聚层的全部参数。这张表值得留着，以后还会回来查。
#
# | 参数 | `MaxPool1d`、`MaxPool2d` | `AvgPool2d` | `MaxUnpool2d` | 含义 |
# |:--|:-:|:-:|:-:|:--|
# | `kernel_size` | 有 | 有 | 有 | 窗口大小；一个整数，或（高，宽） |
# | `stride` | 有 | 有 | 有 | 相邻两个窗口的间距；默认等于窗口大小 |
# | `padding` | 有 | 有 | 有 | 每一侧填充的格数，至多为窗口的一半 |
# | `dilation` | 有 | | | 窗口内相邻两格的间距；默认为 1，即没有空隙 |
# | `ceil_mode` | 有 | 有 | | 输出大小向上取整：窗口可以伸出右边和下边 |
# | `return_indices` | 有 | | | 同时报告每个最大值*在哪里* |
# | `count_include_pad` | | 有 | | 求平均时填充是否计入；默认计入 |
# | `divisor_override` | | 有 | | 改为除以这个数；取 1 就得到总和 |
# | `output_size` | | | 调用时给出 | 要恢复成的大小，默认大小不对时才需要 |
#
# 一张表摆在面前，人很容易不假思索就信了。所以我们每次只改一个参数，而且要求输出必须随之改变。
#
# **先猜：** 输入有 8 行 10 列，窗口为 3，步幅为 2，所以输出有 3 行 4 列。下面每次改动最大汇聚的一个参数。
# 改哪一个不影响形状？改哪一个会让图变小？


# %%
def each_argument(layer, base, changes, *inputs):
    before = layer(**base)(*inputs)
    for name, value in changes.items():
        after = layer(**(base | {name: value}))(*inputs)
        maps = after if isinstance(after, tuple) else (after,)
        assert len(maps) == 2 or not torch.equal(maps[0], before), name
        print(f"{name} = {value}:", " and ".join(str(tuple(m.shape)) for m in maps))


# %%
torch.manual_seed(0)
P = torch.randn(1, 8, 10).double()
max_changes = {"kernel_size": 2, "stride": 1, "padding": 1, "dilation": 2}
max_changes |= {"ceil_mode": True, "return_indices": True}
each_argument(nn.MaxPool2d, {"kernel_size": 3, "stride": 2}, max_changes, P)

# %%
avg_changes = {"kernel_size": 2, "stride": 1, "padding": 0, "ceil_mode": True}
avg_changes |= {"count_include_pad": False, "divisor_override": 1}
each_argument(nn.AvgPool2d, {"kernel_size": 3, "stride": 2, "padding": 1}, avg_changes, P)

# %% [markdown] lang="en"
# In maximum pooling, only `return_indices` leaves the shape alone, and `dilation` makes the map smaller: three cells with gaps between them span five.
# In average pooling, `count_include_pad` and `divisor_override` change the numbers and not the shape.
#
# `nn.MaxPool1d` does the same along one axis, for sound and text; here the 8 rows count as channels:

# %% [markdown] lang="zh"
# 最大汇聚的参数里，只有 `return_indices` 不影响形状；`dilation` 让图变小，因为带空隙的三格要占五格的宽度。
# 平均汇聚的参数里，`count_include_pad` 和 `divisor_override` 改变的是数，不是形状。
#
# `nn.MaxPool1d` 沿一条轴做同样的事，用于声音和文字；这里把那 8 行当作通道：

# %%
each_argument(nn.MaxPool1d, {"kernel_size": 3, "stride": 2}, max_changes, P)

# %% [markdown] lang="en"
# Each layer has a **functional form**, `F.max_pool1d`, `F.max_pool2d`, `F.avg_pool2d`, `F.max_unpool2d`, with the same arguments. Pooling learns
# nothing, so it makes no difference which of the two you use. (Write the names: `ceil_mode` and `return_indices` change places between layer
# and function.)

# %% [markdown] lang="zh"
# 每个层都有对应的**函数形式**：`F.max_pool1d`、`F.max_pool2d`、`F.avg_pool2d`、`F.max_unpool2d`，参数相同。
# 汇聚没有要学的参数，所以用层还是用函数都一样。（写参数时请带上名字：`ceil_mode` 和 `return_indices` 在层与函数里的先后次序相反。）

# %%
print(torch.equal(F.max_pool1d(P, 3, stride=2), nn.MaxPool1d(3, stride=2)(P)))
print(torch.equal(F.max_pool2d(P, 3, dilation=2), nn.MaxPool2d(3, dilation=2)(P)))
print(torch.equal(F.avg_pool2d(P, 2, divisor_override=1), 4 * nn.AvgPool2d(2)(P)))

# %% [markdown] lang="en"
# **The way back.** With `return_indices=True` we also learn where each maximum stood: its place in the picture, counted row by row from
# 0. `nn.MaxUnpool2d` puts every maximum back to its place.
#
# **Predict:** `nn.MaxPool2d` makes pictures smaller, `nn.MaxUnpool2d` makes them larger. Is the large picture the one we began with?

# %% [markdown] lang="zh"
# **回去的路。** 设 `return_indices=True`，还能知道每个最大值原来在哪里。位置用编号表示：从 0 开始，在图像中一行一行地数。
# `nn.MaxUnpool2d` 把每个最大值放回原处。
#
# **先猜：** `nn.MaxPool2d` 把图像变小，`nn.MaxUnpool2d` 把它变大。变回来的还是原来那张图像吗？

# %% [markdown] lang="en" slide="slide"
# ## The way back
#
# We keep *where* each maximum stood, and put it back there.
#
# **Predict:** is the large picture the one that we began with?

# %% [markdown] lang="zh" slide="slide"
# ## 回去的路
#
# 记下每个最大值原来*在哪里*，再放回原处。
#
# **先猜：** 变回来的，还是原来那张图像吗？

# %% tags=["slide-answer"]
A = torch.tensor([[1.0, 5, 2, 3], [3, 4, 9, 6], [7, 2, 8, 1], [2, 6, 3, 4]])
pooled, places = nn.MaxPool2d(2, return_indices=True)(A[None])
back = nn.MaxUnpool2d(2)(pooled, places)
d2l.show_grids(A=A, pooled=pooled[0], places=places[0], back=back[0])

# %% [markdown] lang="en" slide="fragment"
# Four numbers are back, 12 are gone for good.

# %% [markdown] lang="zh" slide="fragment"
# 回来的有四个数，其余 12 个再也找不回来。

# %% [markdown] lang="en" slide="notes"
# **3 min.** `places` counts the cells row by row from 0. Let them find place 10 in `A`.
#
# **Ask:** pool `back` once more, what comes out? The same map; a partial inverse. **Ask:** always? Not if a maximum is negative: then the new zeros win.
#
# A trap to mention: with 5 rows instead of 4, unpooling needs `output_size`, or it puts three of the four maxima in the wrong place, without a word.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** `places` 是编号，从 0 开始一行一行地数。让大家在 `A` 里找到编号 10 的那一格。
#
# **提问：** 把 `back` 再汇聚一次，得到什么？还是那张汇聚图，所以它是部分逆运算。**提问：** 总是这样吗？最大值里有负数就不行，新填的零会胜出。
#
# 提醒一个陷阱：图像不是 4 行而是 5 行时，反汇聚必须给出 `output_size`，否则四个最大值有三个放错地方，而且不声不响。

# %%
print("cells:", A.numel(), "->", pooled.numel(), "->", back.numel())
print("numbers of A that are lost:", (back[0] != A).sum().item())
print("pooled again:", torch.equal(F.max_pool2d(back, 2), pooled))

# %% [markdown] lang="en"
# Maximum pooling **downsamples**, and unpooling **upsamples**. Four numbers are back where they were; the other 12 have become zero and
# are gone for good. So it is a *partial* inverse: pool the result again, and you get the pooled map. Even that holds only while no maximum is
# negative; otherwise the new zeros win:

# %% [markdown] lang="zh"
# 最大汇聚是**下采样**，反汇聚（反池化）是**上采样**。四个数回到了原处，其余 12 个变成了零，再也找不回来。
# 所以反汇聚只是*部分*逆运算：把结果再汇聚一次，得到的还是那张汇聚图。就连这一点也有前提：最大值里没有负数；否则，新填的零会胜出：

# %%
low, low_places = nn.MaxPool2d(2, return_indices=True)(A[None] - 10)
again = F.max_pool2d(nn.MaxUnpool2d(2)(low, low_places), 2)
d2l.show_grids(pooled=low[0], pooled_again=again[0])

# %% [markdown] lang="en"
# And a trap. A picture of 5 rows is pooled to 2 rows, and so is one of 4 rows. Unpooling can't know which it was, and returns 4. But the
# places were counted in rows of 5 cells:

# %% [markdown] lang="zh"
# 还有一个陷阱。5 行的图像汇聚成 2 行，4 行的也一样。反汇聚无从知道原来是哪一种，一律返回 4 行。
# 可是那些位置，是按每行 5 格数出来的：

# %%
B = torch.tensor(
    [[1.0, 5, 2, 7, 0], [8, 3, 6, 4, 1], [2, 9, 6, 3, 5], [4, 3, 1, 2, 8], [3, 0, 5, 6, 4]]
)
of_B = nn.MaxPool2d(2, return_indices=True)(B[None])
wrong, right = F.max_unpool2d(*of_B, 2)[0], F.max_unpool2d(*of_B, 2, output_size=(5, 5))[0]
d2l.show_grids(B=B, places=of_B[1][0], wrong=wrong, right=right)

# %%
print("every maximum where it was:", torch.equal(right, B * (right > 0)))
print("without output_size:       ", torch.equal(wrong, B[:4, :4] * (wrong > 0)))

# %% [markdown] lang="en"
# No error, no warning, and three of the four maxima in the wrong place. (PyTorch notices only a place beyond the last cell of the smaller
# picture.) Tell `output_size` whenever the windows do not cover the picture exactly. The remaining
# arguments, kernel size $k$, stride $s$ and padding $p$, serve only to compute the size to return to: $n$ rows become $(n - 1) \cdot s + k - 2p$.
# (Below, $k$ begins larger than the window we pooled with, so that every place fits.)

# %% [markdown] lang="zh"
# 不报错，也没有警告，四个最大值却有三个放错了地方。（只有当某个位置超出小图的最后一格时，PyTorch 才会发现。）
# 只要窗口没有恰好铺满图像，就要给出 `output_size`。
# 其余的参数，即窗口大小 $k$、步幅 $s$ 和填充 $p$，只用来算出要恢复成多大：$n$ 行变成 $(n - 1) \cdot s + k - 2p$ 行。
# （下面的 $k$ 一开始取得比当初汇聚的窗口大，好让每个位置都放得下。）

# %%
of_P = nn.MaxPool2d(2, return_indices=True)(P)
base = {"kernel_size": 4, "stride": 2, "padding": 0}
each_argument(nn.MaxUnpool2d, base, {"kernel_size": 3, "stride": 3, "padding": 1}, *of_P)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> windows of 3 at stride 2 overlap. Can two cells of the pooled map have the same place?</summary>
#
# Yes: a large number in the overlap wins both windows. Unpooling puts it back once.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>窗口为 3、步幅为 2 时，窗口互相重叠。汇聚图上会不会有两格出自图像的同一个位置？</summary>
#
# 会：重叠部分里的一个大数，可以在两个窗口里都胜出。反汇聚时，它只放回一次。
# </details>

# %% [markdown] lang="en"
# ## 5 · The edge moved by one cell
#
# Back to the question of the beginning, with the smallest picture that has an edge: the one of chapter 03, six rows, eight columns, columns 2
# to 5 black, and the kernel `[[1, -1]]`. Every row of its edge map is `[0, 1, 0, 0, 0, -1, 0]`.
#
# **Predict:** pool the edge map with a window of 2 and stride 1. What happens to the 1, and what to the −1?

# %% [markdown] lang="zh"
# ## 5 · 边缘移动了一格
#
# 回到开头的问题，先用最小的一张有边缘的图像，也就是第 03 章那张：六行八列，第 2 到第 5 列是黑的，卷积核是 `[[1, -1]]`。
# 它的边缘图每一行都是 `[0, 1, 0, 0, 0, -1, 0]`。
#
# **先猜：** 对边缘图做最大汇聚，窗口为 2，步幅为 1。那个 1 会怎样？那个 −1 又会怎样？

# %% [markdown] lang="en" slide="slide"
# ## Pooling an edge
#
# Every row of the edge map: `[0, 1, 0, 0, 0, -1, 0]`. Window 2, stride 1.
#
# **Predict:** what happens to the 1, and what to the −1?

# %% [markdown] lang="zh" slide="slide"
# ## 汇聚一条边缘
#
# 边缘图的每一行：`[0, 1, 0, 0, 0, -1, 0]`。窗口 2，步幅 1。
#
# **先猜：** 那个 1 会怎样？那个 −1 又会怎样？

# %% tags=["slide-answer"]
picture = torch.ones(6, 8)
picture[:, 2:6] = 0
edges = d2l.corr2d(picture, torch.tensor([[1.0, -1.0]]))
d2l.show_grids(edges=edges, pooled=d2l.pool2d(edges, 2))

# %% [markdown] lang="en" slide="fragment"
# The 1 wins twice. The −1 is *erased*: zero is larger.

# %% [markdown] lang="zh" slide="fragment"
# 那个 1 赢了两次。那个 −1 被*抹掉*了：零比它大。

# %% [markdown] lang="en" slide="notes"
# **3 min.** It is the edge map of chapter 03. **Expect:** both get wider. A maximum keeps strong *positive* answers. **Ask:** and if both signs matter? Pool the absolute value, or keep the two signs in two channels.
#
# Now move the picture by one cell, on the board. At stride 1 one cell answers 1 before and after; whoever watches that cell sees no difference, but the *map* did change. At stride 2 it is luck: inside its window the edge may move unseen, across a border everything moves by a whole cell.
#
# Leads on: how much is that in real pictures? Measure.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 这就是第 03 章的边缘图。**常见错误：** 以为两个都变宽。最大汇聚留下的是强的*正*回答。**提问：** 如果正负都重要呢？对绝对值做汇聚，或者把正负分放在两个通道里。
#
# 再在黑板上把图像移动一格。步幅为 1 时，有一格前后都回答 1；只盯着那一格，看不出差别，可整张*图*还是变了。步幅为 2 时全凭运气：在窗口里面移动，察觉不到；越过分界，回答就整整挪了一格。
#
# 由此引出：在真实的图像上究竟差多少？量一量。

# %% [markdown] lang="en"
# The 1 has become two cells wide, because it wins in every window that contains it. The −1 is **erased**: each of its windows contains a zero,
# and zero is larger. A maximum keeps the strong *positive* answers. If both signs matter, pool the absolute value (or keep the two signs in two
# channels):

# %% [markdown] lang="zh"
# 那个 1 变成了两格宽，因为凡是包含它的窗口，都是它赢。那个 −1 却被**抹掉**了：包含它的每个窗口里都有零，而零更大。
# 最大汇聚留下的是强的*正*回答。如果正负都重要，就对绝对值做汇聚（或者把正和负分放在两个通道里）：

# %%
print(d2l.pool2d(edges, 2)[0].tolist())
print(d2l.pool2d(edges.abs(), 2)[0].tolist())

# %% [markdown] lang="en"
# Now move the picture by one cell. First a word about directions, since it is easy to get wrong: with $z_{i,j} = x_{i,j+1}$, cell $j$ of the new
# picture shows what stood to its *right*. So the picture moves to the **left**:

# %% [markdown] lang="zh"
# 现在把图像移动一格。先说一说方向，因为这里很容易弄错：$z_{i,j} = x_{i,j+1}$ 的意思是，新图像的第 $j$ 格显示的是原来在它*右边*的内容。
# 所以图像是向**左**移的：

# %%
to_left = torch.cat([picture[:, 1:], picture[:, -1:]], dim=1)
to_right = torch.cat([picture[:, :1], picture[:, :-1]], dim=1)
print("x:", picture[0].int().tolist())
print("z:", to_left[0].int().tolist(), torch.equal(to_left[:, :-1], picture[:, 1:]))

# %% [markdown] lang="en"
# **Predict:** we detect edges in the three pictures and pool, once with stride 1, once with stride 2. In which of the cases is the pooled map the
# same as for the picture that did not move?

# %% [markdown] lang="zh"
# **先猜：** 对三张图像分别检测边缘再汇聚，一次步幅为 1，一次步幅为 2。哪些情况下，汇聚图与没有移动的图像相同？

# %%
for name, moved in {"original": picture, "to left": to_left, "to right": to_right}.items():
    row = d2l.corr2d(moved, torch.tensor([[1.0, -1.0]]))[None]
    by_1 = F.max_pool2d(row, 2, stride=1)[0, 0].int().tolist()
    by_2 = F.max_pool2d(row, 2, stride=2)[0, 0].int().tolist()
    print(f"{name:9} stride 1: {by_1}  stride 2: {by_2}")

# %% [markdown] lang="en"
# The good part: at stride 1, one cell answers 1 before and after the shift, to either side. Look at cell 0 and the shift to the left, at cell 1
# and the shift to the right. Whoever watches that one cell sees no difference. The other part: the *map* did change. At stride 2 it
# is a matter of luck. To the left, the edge stayed inside its window, and nothing changed; to the right, it crossed a border between windows, and
# everything moved by a whole cell.
#
# **Play:** a thin line moves to the right, the windows lie side by side. Starting at `shift` 0 with window 2: after which shifts is the pooled map
# still the first one? And with window 4?

# %% [markdown] lang="zh"
# 好的一面：步幅为 1 时，无论向哪边移，都有一格前后都回答 1。向左移看第 0 格，向右移看第 1 格。只盯着那一格，看不出任何差别。
# 另一面：整张*图*还是变了。步幅为 2 时全凭运气：向左移，边缘没有离开原来的窗口，什么也没变；向右移，边缘越过了两个窗口的分界，
# 回答就整整挪了一格。
#
# **动手：** 一条细线向右移动（shift 是移动的格数），窗口一个挨一个（window 是窗口大小）。从 `shift` 为 0 开始，窗口为 2：
# 移动几格，汇聚图仍与最初的一样？窗口为 4 呢？


# %%
def line_at(column):
    line = torch.zeros(4, 8)
    line[:, column] = 1
    return line


# %% tags=["explorer"]
d2l.sliders(
    lambda shift, window: d2l.show_grids(
        line=line_at(shift), pooled=F.max_pool2d(line_at(shift)[None], window)[0]
    ),
    shift=range(8),
    window=[2, 4],
)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> of all moves by one cell that the line can make, how many go unnoticed with windows of 2? With
# windows of 4?</summary>
#
# The line moves from column 0 to 7 in seven steps. A step is noticed where it crosses a border: at three of seven with windows of 2, so four go
# unnoticed; at one of seven with windows of 4, so six do. The next cell counts.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>这条线一格一格地移到头，窗口为 2 时，有几步察觉不到？窗口为 4 呢？</summary>
#
# 线从第 0 列到第 7 列要走七步。跨过窗口分界的那一步才看得出来：窗口为 2 时，七步中有三步，其余四步察觉不到；
# 窗口为 4 时，七步中只有一步，其余六步察觉不到。下一个单元格数给你看。
# </details>

# %%
for window in (2, 4):
    seen = [F.max_pool2d(line_at(c)[None], window) for c in range(8)]
    same = sum(torch.equal(seen[c], seen[c + 1]) for c in range(7))
    print(f"window {window}: {same} of 7 unnoticed")

# %% [markdown] lang="en"
# ## 6 · How tolerant is it? A measurement
#
# A line is a toy. Take 297 real digits, with 8 empty pixels left and right and 4 above and below, so that nothing falls off when they move. Compare the
# pooled maps $Y$ and $Y'$ before and after a shift: how large is the change, in relation to the map itself?
#
# $$\text{change} = \frac{\lVert Y' - Y \rVert}{\lVert Y \rVert}$$
#
# ($\lVert Y \rVert$ is the square root of the sum of all squares.)
#
# **Predict:** without pooling, a shift by one pixel changes a digit by 0.227 on average. What is left of it after $2\times 2$ maximum pooling? Write a
# number down.

# %% [markdown] lang="zh"
# ## 6 · 究竟能容忍多少？量一量
#
# 细线只是玩具例子。取 297 个真实的手写数字，左右各留 8 个、上下各留 4 个空白像素，免得移动时笔画掉到图外。比较平移前后的汇聚图 $Y$ 与 $Y'$：
# 相对于图本身，变化有多大？
#
# $$\text{change} = \frac{\lVert Y' - Y \rVert}{\lVert Y \rVert}$$
#
# （$\lVert Y \rVert$ 是所有数的平方和的平方根。）
#
# **先猜：** 不做汇聚时，平移一个像素，平均变化是 0.227。经过 $2\times 2$ 最大汇聚后，还剩多少？把你猜的数写下来。

# %%
_, test = d2l.load_digits(batch_size=297)
digits = next(iter(test))[0].double()
ink = F.pad(digits, (8, 8, 4, 4))


def shift(maps, s):
    return maps.roll(s, dims=-1)


def change(before, after):
    return (after - before).flatten(1).norm(dim=1) / before.flatten(1).norm(dim=1)


# %% [markdown] lang="en" slide="slide"
# ## A measurement
#
# 297 real digits move by one pixel. How much does each map change?
#
# **Predict:** without pooling 0.227. And after $2\times 2$ maximum pooling?

# %% [markdown] lang="zh" slide="slide"
# ## 量一量
#
# 297 个真实的手写数字，各移动一个像素。相对于图本身，变化有多大？
#
# **先猜：** 不做汇聚时是 0.227。经过 $2\times 2$ 最大汇聚后，还剩多少？

# %% tags=["slide-answer"]
pools = {
    "no pooling": lambda x: x,
    "every 2nd": lambda x: x[..., ::2, ::2],
    "avg 2x2": lambda x: F.avg_pool2d(x, 2),
    "max 2x2": lambda x: F.max_pool2d(x, 2),
}
by_pool = {name: change(pool(ink), pool(shift(ink, 1))) for name, pool in pools.items()}
for name, changes in by_pool.items():
    print(f"{name:10} {changes.mean():.3f} ± {changes.std():.3f}")

# %% [markdown] lang="en" slide="fragment"
# Maximum pooling takes away *about a tenth* of the change.

# %% [markdown] lang="zh" slide="fragment"
# 最大汇聚只消去了变化的*十分之一左右*。

# %% [markdown] lang="en" slide="notes"
# **4 min.** The change is the size of the difference, divided by the size of the map (squares, sum, root). Everybody writes down a number. Compare with the guesses of the beginning, which are still on the board. **Expect:** half, or "nearly zero".
#
# Read the lines aloud: taking every second pixel is no better than doing nothing; the average takes away half as much as the maximum.
#
# **Ask:** compared with *what*? A map that changes little for everything is no use. Measured against the change to another digit the ratio stays as it was, 0.33: other digits came closer just as much.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 变化指的是差的大小除以图的大小（平方，求和，开方）。每个人先写下一个数，再与开头写在黑板上的那几个比一比。**常见错误：** 猜一半，或者“几乎是零”。
#
# 把几行念一遍：隔一个像素取一个，并不比什么都不做强；平均汇聚消去的，只有最大汇聚的一半。
#
# **提问：** 与*什么*相比？要是不论换成什么都变化小，那就没有用了。与换成另一个数字时的变化相比，比值还是 0.33：其他数字也同样拉近了。

# %%
by_shift = {
    name: [change(pool(ink), pool(shift(ink, s))).mean().item() for s in range(9)]
    for name, pool in pools.items()
}
d2l.show_curves(by_shift, x=range(9), xlabel="shift", ylabel="change")

# %% [markdown] lang="en"
# From 0.227 to 0.205: maximum pooling takes away **about a tenth** of the change. (± is the standard deviation over the digits.) Average pooling takes
# away half as much; taking every second pixel is no better than doing nothing. Larger shifts tell the same story.
#
# Is that all? These digits are soft: scans of $8\times 8$ pixels, enlarged to $28\times 28$, with nothing in them finer than the window. So give
# pooling something fine: outlines, one pixel wide. (A pixel of ink belongs to the outline if one of its neighbours is empty. Maximum pooling can find these.)
#
# **Predict:** does it take away more than a tenth this time, or less?

# %% [markdown] lang="zh"
# 从 0.227 到 0.205：最大汇聚只消去了变化的**十分之一左右**。（± 后面是标准差，由各个手写数字算出。）平均汇聚消去的只有一半那么多；
# 隔一个像素取一个，并不比什么都不做强。移得再远些，情形也一样。
#
# 仅此而已吗？这些数字的笔画是模糊的：原来是 $8\times 8$ 像素的扫描图，放大到 $28\times 28$，里面没有比窗口更细的东西。
# 那就给它一点细的：一个像素宽的轮廓线。（一个有笔迹的像素，只要与空白像素相邻，就属于轮廓。最大汇聚正好能把它们找出来。）
#
# **先猜：** 这一次消去的比十分之一多，还是少？

# %% [markdown] lang="en" slide="slide"
# ## And something finer?
#
# The digits are soft. Outlines are one pixel wide, *finer than the window*.
#
# **Predict:** does it take away more than a tenth this time, or less?

# %% [markdown] lang="zh" slide="slide"
# ## 换成更细的呢？
#
# 手写数字的笔画是模糊的。轮廓线只有一个像素宽，*比窗口更细*。
#
# **先猜：** 这一次消去的比十分之一多，还是少？

# %% tags=["slide"]
solid = (ink > 0.3).double()
outlines = solid + F.max_pool2d(-solid, 3, stride=1, padding=1)  # minus the smallest of nine
d2l.show_images({"ink": ink[1, 0], "outline": outlines[1, 0]}, width=8)

# %%
for name, pool in pools.items():
    changes = change(pool(outlines), pool(shift(outlines, 1)))
    print(f"{name:10} {changes.mean():.3f} ± {changes.std():.3f}")

# %% [markdown] lang="en" slide="fragment"
# From 1.035 to 0.723: nearly *a third*. What fits in a window is forgiven.

# %% [markdown] lang="zh" slide="fragment"
# 从 1.035 到 0.723：将近*三分之一*。比窗口更细的东西，汇聚容忍得了。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Take a vote first. **Ask:** why can it help more here? A line one pixel wide moves *inside* its window half of the time; a soft stroke has nothing in it that a window could hide.
#
# Average pooling does as well here. And a strided convolution? That depends on its kernel: the notebook tries 50 random ones; the good ones lean towards an average.
#
# **Expect:** "then pooling makes outlines invariant." What is left is still two thirds.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 先举手表决。**提问：** 为什么在这里帮得上更多忙？一个像素宽的线，有一半的机会是在窗口*内部*移动；模糊的笔画里，没有什么能藏在窗口里的东西。
#
# 平均汇聚在这里也一样好。带步幅的卷积呢？那要看卷积核：笔记本里随机试了 50 个，好的都偏向求平均。
#
# **常见错误：** “那么轮廓线就具有平移不变性了。”剩下的还有三分之二呢。

# %% [markdown] lang="en"
# From 1.035 to 0.723: nearly **a third**, and average pooling does as well. **Pooling forgives what is finer than its window, and little else.**
#
# And a **strided convolution**, which many modern networks use instead of pooling? That depends on its kernel. Here are 50 random ones of size
# $2\times 2$, with stride 2, on the ink:

# %% [markdown] lang="zh"
# 从 1.035 到 0.723：将近**三分之一**，平均汇聚也一样好。**比窗口更细的东西，汇聚容忍得了；除此之外，能容忍的就不多了。**
#
# 许多现代网络不用汇聚，改用**带步幅的卷积**，那又会怎样？这要看卷积核。
# 下面取 50 个随机的 $2\times 2$ 卷积核，步幅为 2，用在笔迹上：

# %%
torch.manual_seed(0)
kernels = torch.randn(50, 1, 1, 2, 2).double()
by_kernel = [
    change(F.conv2d(ink, K, stride=2), F.conv2d(shift(ink, 1), K, stride=2)).mean().item()
    for K in kernels
]
d2l.show_spread({"50 kernels": by_kernel}, xlabel="mean change", repeatable=False)

# %% [markdown] lang="en"
# What do the good ones have in common? Measure the *evenness* of a kernel: 1 for four equal numbers, an average; 0 for a kernel that only
# takes differences.

# %% [markdown] lang="zh"
# 好的卷积核有什么共同点？给每个卷积核算一个*均匀度*（代码里的 evenness）：四个数全相等，等于求平均，均匀度为 1；只求差，均匀度为 0。

# %%
print(f"from {min(by_kernel):.2f} to {max(by_kernel):.2f}")
evenness = kernels.sum((1, 2, 3, 4)).abs() / kernels.flatten(1).norm(dim=1) / 2
order = torch.tensor(by_kernel).argsort()
print("best one below avg 2x2:", min(by_kernel) < by_pool["avg 2x2"].mean().item())
print("evenness of the best five above 0.6: ", (evenness[order[:5]] > 0.6).all().item())
print("evenness of the worst five below 0.2:", (evenness[order[-5:]] < 0.2).all().item())

# %% [markdown] lang="en"
# The best are a little better than average pooling, the worst one changes more than twice as much as the bare picture. The best five lean towards an average,
# the worst five nearly pure differences. The stride alone makes a layer neither tolerant nor intolerant.
#
# **Compared with what?** One more question belongs to every such number. A map that changes little is no use if it changes little for *everything*. So
# compare the change by a shift with the change to the picture before it in the batch, mostly another digit.
#
# **Predict:** does maximum pooling make this ratio clearly smaller?

# %% [markdown] lang="zh"
# 最好的几个，变化比平均汇聚还略小；最差的，变化是不做汇聚时的两倍多。最好的五个偏向求平均，
# 最差的五个几乎只求差。光凭步幅，说不上容忍还是不容忍。
#
# **与什么相比？** 凡是见到这样的数，都该再问这一句。图变化小固然好，可要是不论换成*什么*都变化小，那就没有用了。
# 所以再量一个变化：把图换成批量中的前一张（多半是另一个数字）。拿平移引起的变化与它相比。
#
# **先猜：** 最大汇聚会让这个比值明显变小吗？


# %%
def ratio(pool, x):
    by_shift = change(pool(x), pool(shift(x, 1))).mean()
    by_other = change(pool(x), pool(x.roll(1, dims=0))).mean()
    return by_shift / by_other


all_pools = pools | {"max 4x4": lambda x: F.max_pool2d(x, 4)}
for name, pool in all_pools.items():
    print(f"{name:10} ink {ratio(pool, ink):.2f}, outlines {ratio(pool, outlines):.2f}")

# %% [markdown] lang="en"
# On the soft ink it does not: pooling brought the shifted digit closer, **and the other digits just as much**; with a window of 4 even more.
# On the outlines it does: 0.88 becomes 0.70, and 0.59 with a window of 4. So it depends on what you pool, and 0.59 is still far from 0. A single
# $2\times 2$ maximum does not make a network blind to shifts.
#
# What pooling surely does is make the maps small: a quarter of the numbers at 2, a sixteenth at 4, and every later layer is cheaper and sees further for it
# (chapter 02). That alone is a good reason to use it.
#
# **Play:** drag the digit, or go to it and press the arrow keys; what leaves on one side comes in on the other. A convolution reads it, and its answer
# is pooled: see the row "Pooling", where the shifted digit's map stands beside the first map, moved by whole cells. With
# window 4: at which shifts to the right are the two exactly the same?
#
# **Task:** now find the shifts to the right that $2\times 2$ pooling follows exactly, and those that windows of 3 follow. Is there one that windows of 2, 3
# and 4 all follow?

# %% [markdown] lang="zh"
# 在模糊的笔迹上不会：汇聚拉近了平移前后的距离，**也同样拉近了与其他数字的距离**；窗口为 4 时，后者甚至拉近得更多。
# 在轮廓线上会：0.88 变成 0.70，窗口为 4 时是 0.59。可见这要看汇聚的是什么；而且 0.59 离 0 还很远。
# 单单一次 $2\times 2$ 最大汇聚，并不能让网络对平移视而不见。
#
# 汇聚真正做得到的，是把图变小：窗口为 2 时只剩四分之一的数，为 4 时只剩十六分之一；后面每一层都因此更省，也看得更远（第 02 章）。
# 单凭这一点，就值得使用汇聚。
#
# **动手：** 拖动数字，或者选中它再按方向键；从一边移出去的，从另一边进来。先做卷积，再对结果做汇聚，看“汇聚”那一行：
# 左边是平移后的数字的汇聚图，右边是最初那张汇聚图，只不过整格整格地挪了位置。窗口为 4 时，向右移动几格，两者完全相同？
#
# **任务：** 再找出 $2\times 2$ 汇聚能严格跟上的右移格数，以及窗口为 3 时能跟上的。有没有哪个格数，窗口为 2、3 和 4 时都跟得上？

# %% [markdown] lang="en" slide="slide"
# ## Play: which shifts does it follow?
#
# **Task:** window 4. Which shifts to the right does pooling follow exactly?

# %% [markdown] lang="zh" slide="slide"
# ## 动手试：它跟得上哪些移动？
#
# **任务：** 窗口为 4。向右移动几格，汇聚才严格跟得上？

# %% tags=["explorer", "slide"]
from d2lutil.explorers import EquivarianceExplorer

explorer = EquivarianceExplorer("three", border="circular", window=4)
explorer

# %% [markdown] lang="en" slide="notes"
# **5 min.** E goes in, Tab to the picture, then the right arrow, one cell at a time. The class looks at the row *Pooling* only and calls out when it fits. Look at the row *Convolution*, too: it follows always. Escape leaves.
#
# **Answer:** 4 and 8. **Predict** before you change the window: which shifts for 2, and for 3? The multiples. Is there one that all three follow? Only 12, once around this picture.
#
# **The sentence to write down:** a shift by a multiple of the stride moves the pooled map by whole cells, exactly; any other changes its numbers. *Equivariant* to whole strides (chapter 01), not *invariant* to shifts.
#
# **Expect:** these two words mixed up. The row *Global pooling* is the one that does not change at all.

# %% [markdown] lang="zh" slide="notes"
# **5 分钟。** 按 E 进入，用 Tab 走到图像，再按右方向键，一次一格。全班只看*汇聚*那一行，相同了就喊停。也看看*卷积*那一行：它总是跟得上。按 Esc 离开。
#
# **答案：** 4 格和 8 格。换窗口之前**先猜：** 窗口为 2、为 3 时，各跟得上哪些？都是整数倍。有没有三种窗口都跟得上的？只有 12 格，在这张图上正好绕了一圈。
#
# **请大家记下这句话：** 平移的格数是步幅的整数倍，汇聚图就恰好整格移动；换成别的格数，图上的数会变。这是对整步幅的*等变*（第 01 章），不是对平移*不变*。
#
# **常见错误：** 把这两个词弄混。完全不变的是*全局汇聚*那一行。

# %%
three = EquivarianceExplorer("three", border="circular")
for window in (2, 3, 4):
    gaps = [three.differences_at((0, s), window=window)["pooling"] for s in range(13)]
    print(f"window {window} follows exactly:", [s for s in range(13) if gaps[s] == 0])

# %% [markdown] lang="en"
# Windows of 4 stand side by side, at stride 4, and follow 4 and 8. **A shift by a multiple of the stride moves the pooled map by whole cells,
# exactly; any other shift changes its numbers.** All three windows follow only 12, which is once around this picture. To see it in a curve for all
# our digits, forgive moves by whole cells: try them all, keep the smallest change.

# %% [markdown] lang="zh"
# 窗口为 4 时，窗口一个挨一个，步幅也是 4，跟得上的是 4 格和 8 格。
# **平移的格数是步幅的整数倍时，汇聚图恰好整格移动，分毫不差；换成别的格数，图上的数就会变。**
# 三种窗口都跟得上的只有 12 格，而在这张图上，这正好绕了一圈。
# 要在曲线上看出这一点，而且把所有数字都算进来，就把整格的移动忽略不计：各种整格移动逐一试过，取变化最小的那个。


# %%
def left_over(pool, s):
    before, after = pool(ink), pool(shift(ink, s))
    tries = [change(before.roll(k, dims=-1), after) for k in range(5)]
    return torch.stack(tries).amin(dim=0).mean().item()


# %%
chosen = ("every 2nd", "max 2x2", "max 4x4")
curves = {name: [left_over(all_pools[name], s) for s in range(9)] for name in chosen}
d2l.show_curves(curves, x=range(9), xlabel="shift", ylabel="change left over")

# %%
print("max 2x2 is exact at:", [s for s in range(9) if curves["max 2x2"][s] == 0])
print("max 4x4 is exact at:", [s for s in range(9) if curves["max 4x4"][s] == 0])

# %% [markdown] lang="en"
# Back to zero after every full stride, and between them never near it. A pooling layer is *equivariant* to shifts by its stride (chapter 01), not
# invariant to all shifts, and each further layer of stride 2 doubles the period.
#
# **Aliasing.** Why does thinning out do harm at all? The finest pattern shows it. These stripes are one pixel wide.
#
# **Predict:** what does each way of halving make of them? And if they move by one pixel?

# %% [markdown] lang="zh"
# 每移满一个步幅，曲线就回到零；在这之间，从不接近零。汇聚层对整步幅的平移是*等变*的（第 01 章），而不是对一切平移都不变；
# 后面每多一个步幅为 2 的层，这个周期就翻一倍。
#
# **混叠。** 把像素抽稀，究竟坏在哪里？拿最细的花纹来看最清楚。下面的条纹只有一个像素宽。
#
# **先猜：** 三种减半的办法各会把它变成什么？条纹移动一个像素以后呢？

# %%
stripes = (torch.arange(8.0) % 2).repeat(4, 1)[None]
for x in (stripes, shift(stripes, 1)):
    halves = {
        "every_2nd": x[..., ::2, ::2],
        "max": F.max_pool2d(x, 2),
        "avg": F.avg_pool2d(x, 2),
    }
    print({name: half.unique().tolist() for name, half in halves.items()})

# %% [markdown] lang="en"
# Every second pixel sees black only, or white only, as luck has it. The maximum sees a white wall, the average a grey one. Slightly wider stripes
# are worse: they turn into *other* stripes. These repeat after 2.2 pixels:

# %% [markdown] lang="zh"
# 隔一个取一个，看到的要么全黑、要么全白，全凭运气。取最大看到的是一面白墙，取平均看到的是一面灰墙。
# 条纹稍宽一点就更糟：它会变成*另一种*条纹。下面的条纹每 2.2 个像素重复一次：

# %%
j = torch.arange(220).double()
fine = torch.cos(2 * torch.pi * j / 2.2)
slow = torch.cos(2 * torch.pi * j[:110] / 11)
d2l.compare(fine[::2], slow)

# %%
every_2nd = fine[:44:2].repeat_interleave(2)
d2l.show_curves({"fine": fine[:44], "every 2nd": every_2nd}, x=range(44), xlabel="pixel")

# %% [markdown] lang="en"
# Every second sample of the fine pattern **is** a slow wave that was never there, number for number. No later layer can tell. That is **aliasing**.
# The cure is old: *blur before you thin out*, so that nothing too fine is left. How much of the false wave comes through?

# %% [markdown] lang="zh"
# 从细花纹里隔一个取一个，得到的**就是**一列本不存在的慢波，一个数都不差。后面哪一层也分辨不出来。这就是**混叠**。
# 对策由来已久：*先模糊，再抽稀*，让过细的花纹不复存在。这样一来，假波还会漏过多少？


# %%
def blur(x):
    weights = torch.tensor([[[0.25, 0.5, 0.25]]]).double()
    return F.conv1d(x, weights)


row = fine[None, None]
ways = {"every 2nd": row[..., ::2], "max": F.max_pool1d(row, 2), "avg": F.avg_pool1d(row, 2)}
ways |= {"blur, every 2nd": blur(row)[..., ::2]}
for name, wave in ways.items():
    print(f"{name:16} height of the wave {(wave.max() - wave.min()) / 2:.2f}")

# %% [markdown] lang="en"
# The maximum lets more than half of the false wave through, the average a seventh, a blur with 1, 2, 1 next to nothing. The same on a pattern of rings
# that get finer outwards: in the true picture there is only one centre.

# %% [markdown] lang="zh"
# 最大汇聚放过了一半以上的假波，平均汇聚放过约七分之一，用 1、2、1 模糊之后几乎一点不剩。再看一个越往外越细的同心圆图案：
# 真实的图像里只有一个圆心。

# %% [markdown] lang="en" slide="slide"
# ## Thinning out
#
# Rings around *one* centre, finer and finer outwards.
#
# **Predict:** what do you see if only every second pixel is kept?

# %% [markdown] lang="zh" slide="slide"
# ## 抽稀
#
# 围绕*一个*圆心的圆环，越往外越细。
#
# **先猜：** 隔一个像素取一个，会看到什么？

# %% tags=["slide-answer"]
y, x = torch.meshgrid(torch.arange(-120.0, 120), torch.arange(-120.0, 120), indexing="ij")
rings = torch.cos((x**2 + y**2) * torch.pi / 260)[None]
halves = {"every 2nd": rings[:, ::2, ::2], "max": F.max_pool2d(rings, 2)}
blurred_rings = F.avg_pool2d(F.avg_pool2d(rings, 2, stride=1), 2, stride=1)  # 1, 2, 1 both ways
halves |= {"avg": F.avg_pool2d(rings, 2), "blur, every 2nd": blurred_rings[:, ::2, ::2]}
shown = {"rings": rings[0]} | {name: half[0] for name, half in halves.items()}
d2l.show_images(shown, columns=3, repeatable=False)

# %% [markdown] lang="en" slide="fragment"
# *Aliasing*: centres that were never there. Blur first, then thin out.

# %% [markdown] lang="zh" slide="fragment"
# *混叠*：凭空冒出了并不存在的圆心。先模糊，再抽稀。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Have you seen it? A striped shirt on television, spokes that turn backwards. **Expect:** "the same, only smaller and coarser."
#
# Go through the pictures: every second pixel invents centres as bold as the true one; the maximum whitens all and scatters false rings; the average weakens them; the blur leaves an honest grey.
#
# On stripes, how much of the false wave is left: 0.98 for every second pixel, 0.57 for the maximum, 0.14 for the average, 0.02 after a blur. **Ask:** can a later layer repair it? No: the samples *are* those of the false wave, number for number.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 见过这种现象吗？电视里的条纹衬衫，倒着转的车轮辐条。**常见错误：** “还是原来的样子，只是小一点、粗一点。”
#
# 逐张来看：隔一个取一个，冒出的圆心与真的一样醒目；取最大，整张图泛白，还撒上许多假圆环；取平均，假圆环变弱；先模糊，剩下一片如实的灰。
#
# 用条纹来量，假波还剩多少：隔一个取一个 0.98，最大 0.57，平均 0.14，先模糊 0.02。**提问：** 后面的层能补救吗？不能：取出来的样本*就是*那列假波，一个数都不差。

# %% [markdown] lang="en"
# Every second pixel invents new centres at the border, as bold as the true one. The maximum whitens the picture and scatters false rings over it. The
# average weakens them, and the blur leaves an almost even grey where the rings are too fine to be shown: an honest "nothing to see here".
#
# <details><summary><b>Check yourself:</b> "With maximum pooling, a network doesn't care where the digit is." What is right about it, and what is
# not?</summary>
#
# Right: small movements *inside* a window leave its maximum alone, and a wider window tolerates more. Not right: the map as a whole still changes,
# by a tenth to a third less than without pooling; only shifts by whole strides come out exactly, and then the map *moves*. Networks
# that hardly care have learned that from shifted examples, or end with a global pooling.
# </details>

# %% [markdown] lang="zh"
# 隔一个取一个，边上凭空冒出了新的圆心，与真的一样醒目。最大汇聚让整张图泛白，还撒上了许多假圆环。
# 平均汇聚把它们减弱了；先模糊的那张，在圆环细到无法表现的地方只留下一片近乎均匀的灰，如实地说：“这里看不清。”
#
# <details><summary><b>自测：</b>“有了最大汇聚，网络就不在乎数字在哪里。”这句话哪里对，哪里不对？</summary>
#
# 对的是：在窗口*内部*的小移动不影响窗口的最大值，窗口越大，容得下的移动也越大。不对的是：
# 整张图还是会变，只不过比不做汇聚时少变十分之一到三分之一；
# 只有整步幅的平移才分毫不差，而那时图会*跟着移动*。不太在乎位置的网络，要么是用平移过的例子训练出来的，要么以全局汇聚收尾。
# </details>

# %% [markdown] lang="en"
# ## 7 · Is pooling a convolution?
#
# Both slide a window. A convolution answers with a weighted sum, so it is *linear*: the answer to a sum of two pictures is the sum of the answers.
#
# **Predict:** does average pooling have this property? Does maximum pooling?

# %% [markdown] lang="zh"
# ## 7 · 汇聚是卷积吗？
#
# 两者都让窗口滑动。卷积的回答是加权和，因此是*线性*的：对两张图像之和的回答，等于两个回答之和。
#
# **先猜：** 平均汇聚有这个性质吗？最大汇聚呢？

# %% [markdown] lang="en" slide="slide"
# ## Is pooling a convolution?
#
# A convolution is *linear*: the answer to a sum is the sum of the answers.
#
# **Predict:** is average pooling? Is maximum pooling?

# %% [markdown] lang="zh" slide="slide"
# ## 汇聚是卷积吗？
#
# 卷积是*线性*的：对两张图像之和的回答，等于两个回答之和。
#
# **先猜：** 平均汇聚呢？最大汇聚呢？

# %% tags=["slide-answer"]
torch.manual_seed(0)
U, V = torch.randn(2, 3, 6, 8).double()
for pool in (F.avg_pool2d, F.max_pool2d):
    print(pool.__name__, torch.allclose(pool(U + V, 2), pool(U, 2) + pool(V, 2)))

# %% [markdown] lang="en" slide="fragment"
# Average: yes, all weights $1/k^2$. Maximum: with a ReLU, $\mathrm{ReLU}(a-b) + b$.

# %% [markdown] lang="zh" slide="fragment"
# 平均：是，权重全为 $1/k^2$。最大：要靠 ReLU，$\mathrm{ReLU}(a-b) + b$。

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask** for a counterexample on paper: two pictures whose maximum of the sum is not the sum of the maxima. (Exercise 7.)
#
# The average is a convolution that does not learn, with stride $k$. The maximum of two numbers: if $a$ is larger, the ReLU adds just what $b$ lacks. Try it with $a = 5, b = 3$ and with $a = 3, b = 5$. Take the maximum of left and right, then of above and below.
#
# So a network of strided convolutions and ReLUs *could* learn to pool, and some networks have no pooling layer. **Expect:** "then pooling is superfluous." It is that choice made by hand: free, and without a parameter.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 请在纸上举个反例：两张图像，和的最大值不等于最大值之和。（练习 7。）
#
# 平均汇聚是不学习的卷积，步幅为 $k$。两个数的最大值：如果 $a$ 更大，ReLU 恰好补上 $b$ 所缺的。用 $a = 5, b = 3$ 和 $a = 3, b = 5$ 各试一遍。先取左右两格的最大值，再取上下的。
#
# 可见由带步幅的卷积和 ReLU 组成的网络*可以*学会汇聚，有些网络就没有汇聚层。**常见错误：** “那么汇聚层是多余的。”它是人事先做好的选择，不费力气，一个参数也不用学。

# %% [markdown] lang="en"
# Average pooling **is** a convolution: a kernel whose weights are all $1/k^2$, with stride $k$, each channel for itself (`groups`,
# chapter 06). One that does not learn.

# %% [markdown] lang="zh"
# 平均汇聚**就是**一种卷积：卷积核的权重全是 $1/k^2$，步幅为 $k$，各通道分开算（用 `groups`，第 06 章），只不过它不学习。

# %%
k = 2
weight = torch.full((3, 1, k, k), 1 / k**2).double()
d2l.compare(F.conv2d(U, weight, stride=k, groups=3), F.avg_pool2d(U, k))

# %% [markdown] lang="en"
# Maximum pooling is not a convolution, because no weighted sum can compute a maximum. But networks have something else: the ReLU,
# $\mathrm{ReLU}(t) = \max(t, 0)$. With it
#
# $$\max(a, b) = \mathrm{ReLU}(a - b) + b.$$
#
# If $a$ is larger, the ReLU adds exactly what is missing to $b$; if not, it adds nothing. Both $a - b$ and $b$ are convolutions. So take the maximum of
# left and right first, then of above and below:

# %% [markdown] lang="zh"
# 最大汇聚不是卷积，因为任何加权和都算不出最大值。但网络里还有别的东西：ReLU，$\mathrm{ReLU}(t) = \max(t, 0)$。有了它，
#
# $$\max(a, b) = \mathrm{ReLU}(a - b) + b.$$
#
# 如果 $a$ 更大，ReLU 恰好补上 $b$ 所缺的那一截；否则什么也不加。而 $a - b$ 和 $b$ 都是卷积。
# 所以先取左右两格的最大值，再取上下两格的最大值：


# %%
def max_of_pairs(x, shape):
    a_minus_b = torch.tensor([1.0, -1.0]).double().reshape(1, 1, *shape)
    b = torch.tensor([0.0, 1.0]).double().reshape(1, 1, *shape)
    return F.conv2d(x, a_minus_b, stride=shape).relu() + F.conv2d(x, b, stride=shape)


channels = U[:, None]  # each channel as a picture of its own
by_relu = max_of_pairs(max_of_pairs(channels, (1, 2)), (2, 1))
d2l.compare(by_relu[:, 0], F.max_pool2d(U, 2))

# %% [markdown] lang="en"
# So a network of strided convolutions and ReLUs *could* learn maximum pooling, average pooling, or anything between. Springenberg and others
# (below) built networks without any pooling layer. A pooling layer is that choice made by hand, free of parameters.
#
# <details><summary><b>Check yourself:</b> why is <code>max_of_pairs</code> used with strides (1, 2) and (2, 1), and what would it compute with stride 1 in both?</summary>
#
# Stride 2 along the pair's own direction makes the pairs lie side by side, as the windows of <code>nn.MaxPool2d(2)</code> do. With stride 1 all neighbours are
# compared, and the result is maximum pooling with window 2 and stride 1.
# </details>

# %% [markdown] lang="zh"
# 可见，由带步幅的卷积和 ReLU 组成的网络，*可以*学会最大汇聚、平均汇聚，或者介于两者之间的东西。
# Springenberg 等人（见延伸阅读）就搭出了完全没有汇聚层的网络。汇聚层不过是人事先替网络做好的选择，不带任何参数。
#
# <details><summary><b>自测：</b><code>max_of_pairs</code> 为什么用步幅 (1, 2) 和 (2, 1)？如果两个方向的步幅都是 1，算出来的是什么？</summary>
#
# 沿着配对的方向步幅为 2，就一对挨着一对，互不重叠，正如 <code>nn.MaxPool2d(2)</code> 的窗口。步幅为 1 时，凡是相邻的格都要比较，
# 得到的是窗口为 2、步幅为 1 的最大汇聚。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - A window, one number; channel by channel; nothing to learn
# - Beyond the border: minus infinity. Stride: the window
# - The moved 3: a *tenth* less change; thin lines, a third
# - Exact for whole strides only; blur before you thin out
# - It makes maps small, and that is a good reason

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 一个窗口，一个数；各通道分开；没有要学的参数
# - 边界之外是负无穷；步幅默认等于窗口
# - 那个 3 移动一个像素：变化只少了*十分之一*，细线少三分之一
# - 只有整步幅才分毫不差；先模糊，再抽稀
# - 汇聚把图变小，这本身就是好理由

# %% [markdown] lang="en" slide="notes"
# **2 min.** Point at the two 3s on the board and read the opening question again. The honest answer: about a tenth on soft ink, nearly a third on outlines. Indifference to position comes from elsewhere: global pooling, blurring, shifted examples.
#
# Set exercises 1 to 4 now; 11 goes with the slide on rings. Next: how does a network learn *through* all this? Chapter 08 sends the gradient backwards.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 指着黑板上的两个 3，把开头的问题再念一遍。老实的回答是：模糊的笔迹上约十分之一，轮廓线上将近三分之一。要想不在乎位置，得靠别的：全局汇聚、模糊、平移过的例子。
#
# 现在布置练习 1 到 4；11 正好接着讲圆环的那一页。下一步：网络怎样*穿过*这一切来学习？第 08 章让梯度倒着走。

# %% tags=["exercises"]
exercises.ch07

# %% [markdown] lang="en"
# ## Summary
#
# Pooling sums up each window in one number, channel by channel, with nothing to learn; its default stride is the window. Maximum pooling pads
# with minus infinity, average pooling with zeros that count unless you say otherwise. Pooling makes maps smaller; unpooling makes them
# larger, and brings back only the maxima.
#
# The digit moved by one pixel: taking the largest of four took away about a tenth of the change in its map, and brought different digits closer by
# as much; from outlines one pixel wide it took away nearly a third. On the outlines an average did as well. Pooling is exact only for
# shifts by whole strides, and fine patterns turn into false ones, unless you blur first. Use pooling to make maps
# small and to let later layers see far; to be indifferent to position, add global pooling, blurring, or shifted examples.
#
# **Next:** how does a network learn *through* all this? Chapter 08 sends the gradient backwards, through convolution, stride and pooling.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/pooling.html), "Pooling",
#   whose first examples we share.
# - Springenberg, Dosovitskiy, Brox and Riedmiller, [Striving for Simplicity: The All Convolutional Net](https://arxiv.org/abs/1412.6806).
# - Zhang, [Making Convolutional Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486), on blurring before thinning out.
# - Azulay and Weiss, [Why do deep convolutional networks generalize so poorly to small image transformations?](https://arxiv.org/abs/1805.12177)

# %% [markdown] lang="zh"
# ## 小结
#
# 汇聚用一个数概括一个窗口，各通道分开进行，没有要学的参数；默认步幅等于窗口。最大汇聚填充负无穷；平均汇聚填充零，
# 除非另行说明，这些零都要计入。汇聚让图变小；反汇聚让图变大，但找得回来的只有那些最大值。
#
# 数字移动了一个像素：四个数里取最大的，只消去了图上变化的十分之一左右，而且把不同数字之间的距离也同样拉近了；
# 换成一个像素宽的轮廓线，能消去将近三分之一。在轮廓线上，取平均也一样好。只有整步幅的平移才分毫不差；此外，过细的花纹还会变成假花纹，除非先模糊。
# 汇聚适合用来把图变小，让后面的层看得更远；
# 要想让网络不在乎位置，还得加上全局汇聚、模糊，或者用平移过的例子来训练。
#
# **下一步：** 网络怎样*穿过*这一切来学习？第 08 章让梯度倒着走，穿过卷积、步幅和汇聚。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：[《动手学深度学习》](https://d2l.ai/chapter_convolutional-neural-networks/pooling.html)
#   （Dive into Deep Learning，链接指向英文版）中关于汇聚的一节，本章开头的例子沿用了其中的数字。
# - Springenberg、Dosovitskiy、Brox、Riedmiller：[Striving for Simplicity: The All Convolutional Net](https://arxiv.org/abs/1412.6806)，不用汇聚层的网络。
# - Zhang：[Making Convolutional Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486)，讲先模糊再抽稀。
# - Azulay、Weiss：[Why do deep convolutional networks generalize so poorly to small image transformations?](https://arxiv.org/abs/1805.12177)
