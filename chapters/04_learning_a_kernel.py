# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="en"
# # 04 Learning a kernel
#
# *In chapter 03, people chose the nine numbers of a kernel. In a trained network, examples determine millions of them. How do they do
# it, and what do they leave undetermined?*
#
# **In this chapter you will**
# - recover an edge detector from an image and its response by gradient descent;
# - derive the gradient by hand and check it;
# - compute the largest stable learning rate and test it;
# - explain by frequencies why Sobel's kernel is learned slowly from a photograph;
# - find out what an image cannot determine.
#
# **Time:** about 25 minutes to read and run, 75 more for the exercises. **You need:** chapters 02 and 03, derivatives, and for sections 5 and 6
# the eigenvectors of a symmetric matrix.
#
# <details><summary><b>Warm-up</b> from chapters 02 and 03: how large is the output of a kernel of one row and two columns on an image of 6 rows and 8 columns?
# What does <code>[1, -1]</code> give where the image is constant? The entries of Sobel's kernel add up to 0; what follows from that?</summary>
#
# The output has 6 rows and 7 columns. Where the image is constant, the two products cancel and the output is 0. A kernel whose entries add up to 0 gives 0
# on every constant region, so adding a constant to all pixels does not change its output.
# </details>

# %% [markdown] lang="zh"
# # 04 学习卷积核
#
# **第 03 章里，卷积核的九个数是人定的；训练好的网络里，几百万个这样的数是由样本定下来的。
# 样本怎样把它们定下来？又有哪些定不下来？**
#
# **学完本章，你将能够**
# - 用梯度下降，从一张图像和它的响应中还原出边缘检测器；
# - 亲手推导梯度，并加以核对；
# - 算出最大稳定学习率，并加以检验；
# - 用频率说明为什么从照片学 Sobel 卷积核很慢；
# - 弄清一张图像定不下哪些东西。
#
# **所需时间：**阅读并运行约 25 分钟，练习另需 75 分钟。**预备知识：**第 02、03 章，导数；第 5、6 节用到对称矩阵的特征向量。
#
# <details><summary><b>热身</b>，回顾第 02、03 章：一行两列的卷积核作用在 6 行 8 列的图像上，输出有多大？
# 图像处处相同的地方，<code>[1, -1]</code> 输出多少？Sobel 卷积核各元素之和为 0，由此可以得出什么？</summary>
#
# 输出有 6 行 7 列。图像处处相同的地方，两个乘积互相抵消，输出为 0。元素之和为 0 的卷积核在这样的区域上都输出 0，
# 所以给所有像素加上同一个常数，输出不变。
# </details>

# %% [markdown] lang="en" slide="notes"
# **2 min.** Play a guessing game. Think of two numbers $p$ and $q$, and reply only with $p x + q y$ for every pair $x, y$ that the class calls out. **Ask:** how many pairs do you need? Two, if they are not multiples of each other.
#
# Say: today the two numbers are a kernel, and the pairs are the windows of an image.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 玩一个猜数游戏：你心里想好两个数 $p$ 和 $q$，大家报出 $x, y$，你只告诉他们 $p x + q y$。**提问：** 要报几对数才能猜出来？两对，只要它们不成倍数。
#
# 然后说：今天，这两个数就是卷积核，报出来的数对就是图像的窗口。

# %%
import torch
import torchvision
from torch import nn

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["nbval-ignore-output"]
device = d2l.device()
assert device.type in ("cuda", "mps", "cpu")
device

# %% [markdown] lang="en"
# ## 1 · Guess the kernel
#
# Someone cross-correlated the image `X` of chapter 03 with a secret kernel of one row and two columns, and gave us `X` and the output
# `Y`.
#
# **Predict:** could you read the kernel off `X` and `Y` by eye? Which positions of `Y` tell you most?

# %% [markdown] lang="zh"
# ## 1 · 猜卷积核
#
# 有人用一个秘密的卷积核（一行两列）与第 03 章的图像 `X` 做了互相关，然后把 `X` 和输出 `Y` 交给我们。
#
# **先猜：**光用眼睛看 `X` 和 `Y`，能读出卷积核吗？`Y` 的哪些位置最有用？

# %% [markdown] lang="en" slide="slide"
# ## Guess the kernel
#
# A secret kernel, one row and two columns, made `Y` out of `X`.
#
# **Predict:** can you read it off by eye? Which positions tell you most?

# %% [markdown] lang="zh" slide="slide"
# ## 猜卷积核
#
# 一个秘密卷积核，一行两列，把 `X` 变成了 `Y`。
#
# **先猜：** 光用眼睛能读出它吗？哪些位置最有用？

# %% tags=["slide"]
X = torch.ones(6, 8)
X[:, 2:6] = 0
secret = torch.tensor([[1.0, -1.0]])
Y = d2l.corr2d(X, secret)
d2l.show_grids(X=X, Y=Y)

# %% [markdown] lang="en" slide="fragment"
# At an edge one of the two pixels is 0: the output equals *one* kernel entry.

# %% [markdown] lang="zh" slide="fragment"
# 边缘处的两个像素有一个是 0：输出就等于卷积核的**一个**元素。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Let two volunteers point at the columns that gave the kernel away. It is `[1, -1]`, the edge detector of chapter 03.
#
# **Expect:** somebody uses the region of ones. There $K_0 + K_1 = 0$: one equation for two numbers, which is not enough. Remember this remark for the slide "What cannot be learned".

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 请两位同学指出，是哪两列透露了卷积核。它就是第 03 章的边缘检测器 `[1, -1]`。
#
# **常见错误：** 有人只看全为一的区域：那里得到 $K_0 + K_1 = 0$，两个未知数一个方程，不够。这句话先记下，到“学不到的东西”那一页再用。

# %% [markdown] lang="en"
# At each edge one of the two pixels in the window is 0 and the other is 1, so the output equals one entry of the kernel. In
# general, we begin with any kernel $K$ and measure how wrong it is. The **residual** $R = Y - \hat Y$ is the target minus
# the output $\hat Y = \text{corr2d}(X, K)$, and the **loss** is the sum of its squares:
#
# $$L(K) = \sum_{i,j} R_{i,j}^2 = \sum_{i,j} \big(Y_{i,j} - \hat Y_{i,j}\big)^2$$

# %% [markdown] lang="zh"
# 在每条边缘处，窗口里的两个像素一个是 0、一个是 1，所以输出就等于卷积核的一个元素。更一般的办法是：
# 随便取一个卷积核 $K$，衡量它错了多少。目标减去输出 $\hat Y = \text{corr2d}(X, K)$，得到**残差** $R = Y - \hat Y$；
# 残差的平方和就是**损失**：
#
# $$L(K) = \sum_{i,j} R_{i,j}^2 = \sum_{i,j} \big(Y_{i,j} - \hat Y_{i,j}\big)^2$$

# %% [markdown] lang="en" slide="slide"
# ## How wrong is a kernel?
#
# $$L(K) = \sum_{i,j} R_{i,j}^2, \qquad R = Y - \text{corr2d}(X, K)$$
#
# **Predict:** what is the loss of `[0, 0]`? And of `[1, 1]`?

# %% [markdown] lang="zh" slide="slide"
# ## 卷积核错了多少？
#
# $$L(K) = \sum_{i,j} R_{i,j}^2, \qquad R = Y - \text{corr2d}(X, K)$$
#
# **先猜：** `[0, 0]` 的损失是多少？`[1, 1]` 呢？


# %% tags=["slide-answer"]
def loss_of(X, Y, K):
    residual = Y - d2l.corr2d(X, K)
    return (residual**2).sum().item()


for guess in ([0.0, 0.0], [1.0, 1.0], [0.8, -0.9], [1.0, -1.0]):
    print(f"kernel {guess}: loss {loss_of(X, Y, torch.tensor([guess])):.2f}")
    # zh: print(f"卷积核 {guess}：损失 {loss_of(X, Y, torch.tensor([guess])):.2f}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** The kernel of zeros outputs 0 everywhere and misses 12 positions by 1 each. `[1, 1]` outputs 2 on every pair of ones, where the target is 0, and 1 at the right edge, where the target is −1.
#
# **Ask before going on:** the loss of `[2, -2]`? 12 again. **Expect:** "48". Say: square the residual, not the output.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 全零的卷积核处处输出 0，有 12 个位置各差 1。`[1, 1]` 在每一对相邻的一上输出 2，而目标是 0；在右边缘上输出 1，而目标是 −1。
#
# **继续之前先问：** `[2, -2]` 的损失是多少？还是 12。**常见错误：** “48”。提醒他们：要平方的是残差，不是输出。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what is the loss of the kernel <code>[2, -2]</code>? Why does <code>[0, 0]</code> have the same loss?</summary>
#
# Its output is twice the target, so the residual is minus the target: 1 or −1 in two columns of six positions each, and $2 \cdot 6 = 12$. The output of the kernel of zeros
# is 0, so its residual is the target itself.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>卷积核 <code>[2, -2]</code> 的损失是多少？为什么 <code>[0, 0]</code> 的损失与它相同？</summary>
#
# 它的输出是目标的两倍，残差等于目标取负：两列、每列六个位置上是 1 或 −1，所以 $2 \cdot 6 = 12$。全零卷积核的输出是 0，残差就是目标本身。
# </details>

# %% [markdown] lang="en"
# ## 2 · Ten steps downhill
#
# **Gradient descent** repeats one step: it moves the kernel a little against the gradient of the loss, the direction in which the loss
# falls fastest. The **learning rate** $\eta$ sets how far:
#
# $$K \leftarrow K - \eta\,\frac{\partial L}{\partial K}$$
#
# Below, PyTorch's layer starts from random numbers. It expects four axes (batch, channels, rows, columns), so `X` and `Y` get two more.
#
# **Predict:** after ten steps with $\eta = 0.03$, to how many decimals will the kernel be right: one, three or six?

# %% [markdown] lang="zh"
# ## 2 · 下山十步
#
# **梯度下降**反复做同一步：让卷积核逆着损失的梯度移动一点，损失在这个方向上下降最快。移动多远，由**学习率** $\eta$ 决定：
#
# $$K \leftarrow K - \eta\,\frac{\partial L}{\partial K}$$
#
# 下面用 PyTorch 的卷积层，初始权重是随机数。它要求四条轴（批量、通道、行、列），所以给 `X` 和 `Y` 各添两条。
#
# **先猜：**学习率 $\eta = 0.03$，走十步，学到的卷积核能准到小数点后一位、三位，还是六位？

# %% [markdown] lang="en" slide="slide"
# ## Ten steps downhill
#
# `conv.weight -= 0.03 * conv.weight.grad`, ten times, from random numbers.
#
# **Predict:** right to one decimal, to three, or to six?

# %% [markdown] lang="zh" slide="slide"
# ## 下山十步
#
# `conv.weight -= 0.03 * conv.weight.grad`，从随机数出发，走十步。
#
# **先猜：** 能准到小数点后一位、三位，还是六位？

# %% tags=["slide-answer"]
torch.manual_seed(0)
conv = nn.Conv2d(in_channels=1, out_channels=1, kernel_size=(1, 2), bias=False)
X4, Y4 = X.reshape(1, 1, 6, 8), Y.reshape(1, 1, 6, 7)
for step in range(1, 11):
    loss = ((Y4 - conv(X4)) ** 2).sum()
    conv.zero_grad()
    loss.backward()
    with torch.no_grad():
        conv.weight -= 0.03 * conv.weight.grad
    if step % 2 == 0:
        print(f"before step {step}: loss {loss.item():.3f}")
        # zh: print(f"第 {step} 步之前：损失 {loss.item():.3f}")

# %% tags=["slide-answer"]
d2l.show_grids({"learned": conv.weight.detach().reshape(1, 2), "secret": secret})
# zh: d2l.show_grids({"学到的": conv.weight.detach().reshape(1, 2), "秘密的": secret})

# %% [markdown] lang="en" slide="notes"
# **3 min.** Press the key twice: first the losses, then the kernel. After the losses **ask:** by which factor does the loss fall from line to line? By about 3 to 5 in two steps.
#
# **Expect:** "six decimals, because a computer is exact". The arithmetic is; but each step removes only a part of the error. Point at `no_grad`: the update itself is not recorded. Point at `zero_grad`: `backward` *adds* to `.grad`.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 按两次键：先出损失，再出卷积核。看到损失后**提问：** 从一行到下一行，损失除以几？两步下来，大约除以 3 到 5。
#
# **常见错误：** “六位，因为计算机算得准。”算得是准，可是每一步只消去误差的一部分。指着 `no_grad` 说：更新本身不被记录。指着 `zero_grad` 说：`backward` 是往 `.grad` 上**累加**。

# %% [markdown] lang="en"
# One decimal is right, and the second nearly. Two lines need an explanation.
#
# - `conv.zero_grad()` comes before `backward`, which *adds* the new gradient to what is already in `.grad`.
# - `torch.no_grad()` keeps autograd from recording the update. Older code writes `conv.weight.data -= ...`, which autograd does
#   not notice: a gradient computed afterwards can be wrong without an error message.

# %% [markdown] lang="zh"
# 小数点后第一位对了，第二位也差不多。有两行需要解释。
#
# - `conv.zero_grad()` 要放在 `backward` 之前，因为后者会把新的梯度**累加**到 `.grad` 里已有的数上。
# - `torch.no_grad()` 让自动求导不记录这次更新。旧代码写的是 `conv.weight.data -= ...`，
#   自动求导察觉不到这样的改动，此后算出的梯度可能是错的，却不报错。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what happens without <code>conv.zero_grad()</code>?</summary>
#
# Each step follows the sum of all gradients so far. The old ones are never removed, so the kernel overshoots and keeps swinging around the target. Delete the line and
# watch the losses.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>如果没有 <code>conv.zero_grad()</code> 会怎样？</summary>
#
# 每一步都沿着到目前为止所有梯度之和走。旧的梯度一直留在里面，积累的惯性得不到衰减，卷积核越过目标，来回摆动，停不下来。删掉这一行，看看损失怎么变。
# </details>

# %% [markdown] lang="en"
# ## 3 · Was that luck?
#
# That was one run. We repeat it from 200 random starts; the optimiser `torch.optim.SGD` makes the same update.
#
# **Predict:** by which factor do the largest and the smallest loss after ten steps differ: 2, 10 or 100?

# %% [markdown] lang="zh"
# ## 3 · 是运气吗？
#
# 刚才只是一次运行。现在从 200 个随机起点重复它；优化器 `torch.optim.SGD` 做的是同样的更新。
#
# **先猜：**十步之后，最大与最小的损失相差多少倍：2 倍、10 倍，还是 100 倍？


# %%
def learn(seed, lr=0.03, steps=10):
    torch.manual_seed(seed)
    conv = nn.Conv2d(in_channels=1, out_channels=1, kernel_size=(1, 2), bias=False)
    optimizer = torch.optim.SGD(conv.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((Y4 - conv(X4)) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return conv.weight.detach().reshape(1, 2)


# %% [markdown] lang="en" slide="slide"
# ## Was that luck?
#
# The same ten steps from 200 random starts.
#
# **Predict:** how far apart are the largest and the smallest loss? A factor of 2, 10 or 100?

# %% [markdown] lang="zh" slide="slide"
# ## 是运气吗？
#
# 同样走十步，从 200 个随机起点出发。
#
# **先猜：** 最大与最小的损失相差多少倍：2 倍、10 倍，还是 100 倍？

# %% tags=["slide-answer"]
kernels = [learn(seed) for seed in range(200)]
losses = [loss_of(X, Y, K) for K in kernels]
d2l.show_spread({"200 seeds": losses}, xlabel="loss after 10 steps", log=True, repeatable=False)
# zh: d2l.show_spread({"200 个种子": losses}, xlabel="10 步之后的损失", log=True, repeatable=False)

# %% [markdown] lang="en" slide="fragment"
# More than 100. Yet *every* kernel is within 0.1 of `[1, -1]`.

# %% [markdown] lang="zh" slide="fragment"
# 100 倍以上。但**每一个**卷积核与 `[1, -1]` 都相差不到 0.1。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Each dot is one run; the axis is logarithmic, and the bar marks the median. **Ask:** a friend reports a loss of 0.006, you have 0.2: is the friend's code better? You cannot tell; the same code gives both.
#
# **Expect:** "about the same, since it is the same program". Say once more: report what holds over many starts, with the spread.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 每个点是一次运行；横轴是对数刻度，竖线是中位数。**提问：** 朋友的损失是 0.006，你的是 0.2，他的代码更好吗？看不出来：同一份代码两个数都可能给出。
#
# **常见错误：** “应该差不多，程序一样嘛。”再强调一遍：要报告的是许多起点上都成立的结论，连同散布的范围。

# %%
errors = [(K - secret).abs().max().item() for K in kernels]
print(f"largest loss / smallest loss: about {round(max(losses) / min(losses), -2):.0f}")
print(f"kernels within 0.1 of [1, -1]: {sum(error < 0.1 for error in errors)} of 200")
# zh: print(f"最大的损失 / 最小的损失：大约 {round(max(losses) / min(losses), -2):.0f}")
# zh: print(f"与 [1, -1] 相差不到 0.1 的卷积核：200 个中有 {sum(error < 0.1 for error in errors)} 个")

# %% [markdown] lang="en"
# The loss depends strongly on the start, but all 200 kernels are within 0.1 of `[1, -1]`. That is a result; the loss of one run is not.

# %% [markdown] lang="zh"
# 损失与起点关系很大，但 200 个卷积核与 `[1, -1]` 都相差不到 0.1。后一句才称得上结论，单独一次运行的损失算不上。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> a friend reports a loss of 0.006 after ten steps, and you have 0.2. Is the friend's code better?</summary>
#
# You cannot tell. Both numbers lie in the range that the same code covers from different starts. Compare over many starts.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>朋友说他十步之后损失是 0.006，你的是 0.2。他的代码更好吗？</summary>
#
# 看不出来。同一份代码从不同起点出发，这两个数都可能得到。应当在许多起点上作比较。
# </details>

# %% [markdown] lang="en"
# ## 4 · The gradient, by hand
#
# What does `backward` compute? The entry $K_{a,b}$ multiplies the pixel $X_{i+a,j+b}$ in every window. If it grows a little, $\hat Y_{i,j}$
# grows by $X_{i+a,j+b}$ times as much, and the residual falls. By the chain rule
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **Predict:** compare this sum with the definition of cross-correlation. What has taken the place of the kernel?

# %% [markdown] lang="zh"
# ## 4 · 亲手求梯度
#
# `backward` 算的是什么？在每个窗口里，元素 $K_{a,b}$ 都与像素 $X_{i+a,j+b}$ 相乘。它增大一点，
# $\hat Y_{i,j}$ 就增大这一点的 $X_{i+a,j+b}$ 倍，残差则减小。由链式法则得
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **先猜：**把这个和式与互相关的定义对照一下，卷积核的位置上换成了什么？

# %% [markdown] lang="en" slide="slide"
# ## The gradient, by hand
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **Predict:** which operation is this sum? What has taken the place of the kernel?

# %% [markdown] lang="zh" slide="slide"
# ## 亲手求梯度
#
# $$\frac{\partial L}{\partial K_{a,b}} = -2 \sum_{i,j} R_{i,j}\, X_{i+a,\,j+b}$$
#
# **先猜：** 这个和式是什么运算？卷积核的位置上换成了什么？

# %% [markdown] lang="en" slide="fragment"
# A cross-correlation of the input with the *residual*:
#
# `-2 * corr2d(X, Y - corr2d(X, K))`

# %% [markdown] lang="zh" slide="fragment"
# 输入与**残差**的互相关：
#
# `-2 * corr2d(X, Y - corr2d(X, K))`

# %% [markdown] lang="en" slide="notes"
# **4 min.** Derive it on the board for one entry: $K_{a,b}$ takes part in every window and is multiplied by $X_{i+a,j+b}$ there.
#
# **Ask:** suppose the residual is 1 at a single position and 0 elsewhere; what does a step with learning rate $\eta$ do to the kernel? It adds $2\eta$ times the window of this position. **Expect:** "that takes autograd". Show that one line is enough; chapter 08 extends it to whole networks.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 在黑板上对一个元素推导：$K_{a,b}$ 参与每一个窗口，在那里与 $X_{i+a,j+b}$ 相乘。
#
# **提问：** 假设只有一个位置的残差是 1，其余都是 0，用学习率 $\eta$ 走一步，卷积核怎么变？加上这个位置的窗口的 $2\eta$ 倍。**常见错误：** “这得靠自动求导。”其实一行就够；第 08 章会把它推广到整个网络。


# %%
def gradient(X, Y, K):
    residual = Y - d2l.corr2d(X, K)
    return -2 * d2l.corr2d(X, residual)


some_kernel = torch.tensor([[0.3, 0.5]], requires_grad=True)
((Y - d2l.corr2d(X, some_kernel)) ** 2).sum().backward()
d2l.compare(gradient(X, Y, some_kernel.detach()), some_kernel.grad)

# %% [markdown] lang="en"
# **The gradient of the kernel is the cross-correlation of the input with the residual, times −2.** So a step adds windows of the image
# to the kernel where the output is too small, and subtracts them where it is too large. Chapter 08 extends this rule to many layers.

# %% [markdown] lang="zh"
# **卷积核的梯度，等于输入与残差的互相关，再乘以 −2。**所以每走一步，输出偏小的地方，就把那里的窗口加到卷积核上；
# 输出偏大的地方，就减去那里的窗口。第 08 章把这条规则推广到多层。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> suppose the residual is 1 at a single position and 0 everywhere else. What is the gradient?</summary>
#
# Minus twice the window of this position, a patch of the image. In general the gradient is a sum of such patches, each weighted by its residual.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>假设只有一个位置的残差是 1，其余都是 0。梯度是什么？</summary>
#
# 是这个位置的窗口，即图像的一小块，乘以负二。一般情形下，梯度是许多这样的小块按各自的残差加权求和。
# </details>

# %% [markdown] lang="en"
# ## 5 · How large a step?
#
# **Predict:** does twice the learning rate learn twice as fast?
#
# **Play:** move the learning rate. The dotted curve shows where this rate would take the loss, starting from the kernel `[1, 0]`; *Play*
# takes the steps.
#
# **Task:** find the largest learning rate, to three digits, at which the loss still falls at step 25. The sentence above the curve says
# whether it does; the arrow keys change the third digit. Leave the slider there.

# %% [markdown] lang="zh"
# ## 5 · 一步该迈多大？
#
# **先猜：**学习率加倍，学得就快一倍吗？
#
# **动手：**拖动滑块改变学习率。虚线显示从卷积核 `[1, 0]` 出发，按这个学习率走下去损失会怎样；按**播放**就真的一步步走。
#
# **任务：**找出最大的学习率（三位有效数字），使得走到第 25 步时损失仍在下降。曲线上方那句话会告诉你是否还在下降，
# 用方向键可以微调第三位数字。找到后让滑块停在那里。

# %% [markdown] lang="en" slide="slide"
# ## How large a step? Play
#
# **Task:** find the largest learning rate at which the loss still falls at step 25.

# %% [markdown] lang="zh" slide="slide"
# ## 一步该迈多大？动手试
#
# **任务：** 找出到第 25 步损失仍在下降的最大学习率。

# %% tags=["explorer", "slide"]
from d2lutil.explorers import KernelLearner

learner = KernelLearner(X, Y, start=[[1, 0]], truth=[[1, -1]], lr=0.01, border=False)
learner

# %% [markdown] lang="en" slide="notes"
# **6 min.** **Ask first:** twice the rate, twice as fast? Hands up. Press E (the focus is on *Step*), Tab to the slider of the learning rate; the arrow keys change the third digit. The dotted curve shows where this rate leads; *Play* takes the steps. Escape returns to the slides.
#
# Let the class steer: "more", "less". **Expect:** "larger is faster". This holds up to about 0.028; beyond that the kernel jumps across the valley, and at 0.0334 the loss rises. **Answer:** 0.0333. At the end tick *mark 2 / largest eigenvalue*, and ask where the number comes from.

# %% [markdown] lang="zh" slide="notes"
# **6 分钟。** **先问：** 学习率加倍，就快一倍吗？举手表决。按 E（焦点在**走一步**上），用 Tab 走到学习率的滑块，方向键微调第三位数字。虚线显示按这个学习率会走到哪里；按**播放**就真的一步步走。按 Esc 回到幻灯片。
#
# 让全班来指挥：“大一点”“小一点”。**常见错误：** “越大越快”。这话到 0.028 左右为止；再大，卷积核就在山谷两侧来回跳，到 0.0334，损失就上升了。**答案：** 0.0333。最后勾选**标出 2 / 最大特征值**，问一句：这个数从哪里来？

# %% [markdown] lang="en"
# The limit can be computed. Flatten every window into a row of a matrix $A$, and the kernel into a vector $k$. Then $\hat Y$ is $A k$,
# and the loss is a quadratic function of $k$, a bowl. The matrix of its second derivatives is the **Hessian** $H = 2A^\top A$.
# Its eigenvectors are the axes of the bowl, and its eigenvalues $\lambda$ are the curvatures along them: large on a steep axis, small on a flat one.
#
# If $k^*$ is the bottom, the gradient at $k$ is $H(k - k^*)$. So along an axis with eigenvalue $\lambda$, one step multiplies the error
# $k - k^*$ by
#
# $$1 - \eta\,\lambda$$
#
# The error shrinks if this lies between $-1$ and $1$, that is, if $\eta < 2/\lambda$. The steepest axis is the strictest: the
# **largest stable learning rate** is $2/\lambda_{\max}$.

# %% [markdown] lang="zh"
# 这个上限可以算出来。把每个窗口展平成矩阵 $A$ 的一行，把卷积核展平成向量 $k$，那么 $\hat Y$ 就是 $A k$，
# 损失是 $k$ 的二次函数，图形像一只碗。它的二阶导数排成的矩阵叫做**海森矩阵**（Hessian，也译黑塞矩阵）$H = 2A^\top A$。
# 它的特征向量是碗的主轴，特征值 $\lambda$ 是沿各条轴的曲率：轴陡则大，轴平则小。
#
# 设碗底在 $k^*$，则 $k$ 处的梯度是 $H(k - k^*)$。于是在特征值为 $\lambda$ 的轴上，每走一步，误差 $k - k^*$ 就乘以
#
# $$1 - \eta\,\lambda$$
#
# 它在 $-1$ 与 $1$ 之间，也就是 $\eta < 2/\lambda$ 时，误差缩小。最陡的轴要求最严：**最大稳定学习率**是 $2/\lambda_{\max}$。


# %% [markdown] lang="en" slide="slide"
# ## The largest stable learning rate
#
# Along each axis of the bowl, a step multiplies the error by
#
# $$1 - \eta\,\lambda$$
#
# **Predict:** the eigenvalues of the Hessian are $\lambda = 12$ and $60$. Which rates $\eta$ are stable?

# %% [markdown] lang="zh" slide="slide"
# ## 最大稳定学习率
#
# 沿碗的每条轴，每走一步，误差乘以
#
# $$1 - \eta\,\lambda$$
#
# **先猜：** 海森矩阵的特征值是 $\lambda = 12$ 和 $60$，哪些学习率 $\eta$ 稳定？


# %% tags=["slide-answer"]
def hessian(X, kernel_size):
    h, w = kernel_size
    A = X.double().unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    return 2 * A.T @ A


low, high = torch.linalg.eigvalsh(hessian(X, (1, 2))).tolist()
print(f"eigenvalues {low:.0f} and {high:.0f}; largest stable learning rate {2 / high:.4f}")
print(f"your slider: {learner.lr:.4f}, which is {learner.lr * high / 2:.1%} of it")
# zh: print(f"特征值 {low:.0f} 和 {high:.0f}；最大稳定学习率 {2 / high:.4f}")
# zh: print(f"你的滑块：{learner.lr:.4f}，是它的 {learner.lr * high / 2:.1%}")

# %% [markdown] lang="en"
# Tick *mark 2 / largest eigenvalue* above to see the limit on the slider, and add noise to `Y`. Does the limit change?
#
# Now a hundred steps just below the limit, and just above it:

# %% [markdown] lang="zh"
# 在上面的演示里勾选**标出 2 / 最大特征值**，滑块上就会标出这个上限。再给 `Y` 加上噪声，上限会变吗？
#
# 下面比上限略小、略大，各走一百步：


# %% tags=["slide-answer"]
def descend(X, Y, start, lr, steps):
    course = [start]  # the kernel before the first step, after one step, ...
    # zh: course = [start]  # 起点，走一步之后的卷积核，走两步之后的……
    for _ in range(steps):
        course.append(course[-1] - lr * gradient(X, Y, course[-1]))
    return course


for part in (0.99, 1.01):
    course = descend(X, Y, torch.tensor([[1.0, 0.0]]), lr=part * 2 / high, steps=100)
    before, after = loss_of(X, Y, course[0]), loss_of(X, Y, course[-1])
    print(f"{part} times the limit: loss {before:.2f} -> {after:.2f}")
    # zh: print(f"上限的 {part} 倍：损失 {before:.2f} -> {after:.2f}")

# %% [markdown] lang="en" slide="fragment"
# The steepest axis sets the limit: $\eta < 2/\lambda_{\max}$.

# %% [markdown] lang="zh" slide="fragment"
# 最陡的轴决定上限：$\eta < 2/\lambda_{\max}$。

# %% [markdown] lang="en" slide="notes"
# **4 min.** Let them solve $-1 < 1 - 60\,\eta$ first. Then two keys: the limit, and a hundred steps on both sides of it.
#
# **Ask:** what do we see if the factor is negative, as at 0.03? The kernel jumps from one side of the valley to the other. **Expect:** "noise in `Y` moves the limit". It does not: $H$ is made of `X` alone. The best fixed rate treats both ends alike: $\eta = 2/(12 + 60)$.

# %% [markdown] lang="zh" slide="notes"
# **4 分钟。** 先让他们解 $-1 < 1 - 60\,\eta$。再按两次键：先出上限，再看上限两侧各走一百步的结果。
#
# **提问：** 因子为负时（例如学习率 0.03）会看到什么？卷积核在山谷两侧来回跳。**常见错误：** “给 `Y` 加噪声，上限会移动。”不会：$H$ 只由 `X` 决定。最好的固定学习率对最陡和最平的轴一视同仁：$\eta = 2/(12 + 60)$。

# %% [markdown] lang="en"
# The rate 0.03 of section 2 was close to the limit. Its factors, and those of the best fixed rate:

# %% [markdown] lang="zh"
# 可见第 2 节的学习率 0.03 已经接近上限。下面是它的因子，以及最优的固定学习率的因子：

# %%
for lr in (0.03, 2 / (low + high)):
    print(f"rate {lr:.4f}: steep axis × {1 - lr * high:.2f}, flat axis × {1 - lr * low:.2f}")
    # zh: print(f"学习率 {lr:.4f}：陡轴 × {1 - lr * high:.2f}，平轴 × {1 - lr * low:.2f}")
print(f"condition number: {high / low:.1f}")
# zh: print(f"条件数：{high / low:.1f}")

# %% [markdown] lang="en"
# At 0.03 the factor on the steep axis is negative, so every step takes the kernel across the bottom. The rate
# $2/(\lambda_{\min} + \lambda_{\max})$ makes both factors equally small in size: for the worst start, smaller and larger rates are
# slower. How small depends only on the **condition number** $\lambda_{\max} / \lambda_{\min}$.
#
# <details><summary><b>Check yourself:</b> noise in <code>Y</code> does not change the limit. Why? What happens to the limit if you double all pixels? And why were all kernels of section 3 within 0.1 of the secret?</summary>
#
# The Hessian $2A^\top A$ contains the windows of the image but not <code>Y</code>. Noise moves the bottom of the bowl and lifts it, and leaves its shape as it is.
# Doubling the pixels multiplies the Hessian by four, so the limit falls to a quarter. This is one reason why inputs are scaled to a standard size before training.
# In section 3, ten steps multiplied the error on the two axes by $0.8^{10} \approx 0.11$ and $0.64^{10} \approx 0.01$. Both kernel entries start between $-1/\sqrt{2}$ and $1/\sqrt{2}$,
# so no start was far enough away to leave an error of 0.1.
# </details>

# %% [markdown] lang="zh"
# 学习率取 0.03 时，陡轴上的因子是负数，所以卷积核每走一步都越过碗底。取 $2/(\lambda_{\min} + \lambda_{\max})$，
# 两个因子的绝对值就一样小：这是固定学习率在最坏起点下的最优值，更小或更大都更慢。它究竟多小，只取决于**条件数** $\lambda_{\max} / \lambda_{\min}$。
#
# <details><summary><b>自测：</b><code>Y</code> 里的噪声不会改变上限。为什么？把所有像素都加倍，上限会怎样？第 3 节的卷积核为什么都与秘密的相差不到 0.1？</summary>
#
# 海森矩阵 $2A^\top A$ 只含图像的窗口，不含 <code>Y</code>。噪声会移动碗底、抬高碗底，但碗的形状不变。
# 像素加倍，海森矩阵变为四倍，上限降到四分之一。训练之前要把输入调整到标准的尺度，这是原因之一。
# 第 3 节走了十步，两条轴上的误差分别乘以 $0.8^{10} \approx 0.11$ 和 $0.64^{10} \approx 0.01$。卷积核的两个元素起初都在 $-1/\sqrt{2}$ 与 $1/\sqrt{2}$ 之间，
# 没有哪个起点远到还会剩下 0.1 的误差。
# </details>

# %% [markdown] lang="en"
# ## 6 · Sobel from a photograph
#
# Now the image is a photograph, the target is its response to Sobel's kernel, and nine numbers are unknown.
#
# **Predict:** in a photograph, neighbouring pixels are nearly equal. Does this make the kernel easier or harder to learn?

# %% [markdown] lang="zh"
# ## 6 · 从照片学 Sobel
#
# 现在图像换成照片，目标是它对 Sobel 卷积核的响应，未知的是九个数。
#
# **先猜：**照片里相邻像素几乎相等。这让卷积核更容易学，还是更难学？

# %%
photo = d2l.photo("china", gray=True).double()
sobel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], dtype=photo.dtype)
response = d2l.corr2d(photo, sobel)
raw, axes = torch.linalg.eigh(hessian(photo, (3, 3)))
print(f"largest eigenvalue / second largest: {raw[-1] / raw[-2]:.0f}")
print(f"largest eigenvalue / smallest, the condition number: {raw[-1] / raw[0]:,.0f}")
# zh: print(f"最大的特征值 / 第二大的：{raw[-1] / raw[-2]:.0f}")
# zh: print(f"最大的特征值 / 最小的，即条件数：{raw[-1] / raw[0]:,.0f}")

# %% [markdown] lang="en" slide="slide"
# ## Sobel from a photograph
#
# Now a photograph, its response to Sobel's kernel, and nine unknown numbers.
#
# **Predict:** neighbouring pixels are nearly equal. Easier, or harder?

# %% [markdown] lang="zh" slide="slide"
# ## 从照片学 Sobel
#
# 换成照片和它对 Sobel 卷积核的响应，未知的是九个数。
#
# **先猜：** 相邻像素几乎相等。更容易，还是更难？

# %% tags=["slide-answer"]
steepest = axes[:, -1].abs().reshape(3, 3)  # the sign of an eigenvector is arbitrary
flattest = (axes[:, 0] * axes[4, 0].sign()).reshape(3, 3)
d2l.show_grids({"steepest axis": steepest, "flattest axis": flattest})
# zh: steepest = axes[:, -1].abs().reshape(3, 3)  # 特征向量的正负号可以任取
# zh: flattest = (axes[:, 0] * axes[4, 0].sign()).reshape(3, 3)
# zh: d2l.show_grids({"最陡的轴": steepest, "最平的轴": flattest})

# %% [markdown] lang="en" slide="fragment"
# Harder: the condition number is 1,488 instead of 5.

# %% [markdown] lang="zh" slide="fragment"
# 更难：条件数是 1,488，而不是 5。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Read the two kernels: the steepest axis is nine equal numbers, a local mean; the flattest alternates in sign. **Ask:** which one gives a large response on this photograph? The first, because the photograph is bright nearly everywhere.
#
# **Expect:** "easier, because smooth is simple". Draw a round bowl and a long valley: the steep axis limits the step, and the flat ones need many steps.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 读一读这两个卷积核：最陡的轴是九个相等的数，即局部平均；最平的轴正负交替。**提问：** 这张照片对哪一个的响应大？对前一个，因为照片几乎处处都亮。
#
# **常见错误：** “更容易，平滑就简单。”画一只圆碗和一条狭长的山谷：陡的轴限制步长，平的轴就要走很多步。

# %% [markdown] lang="en"
# Harder: the condition number has risen from 5 to 1,488. Move from the bottom of the bowl along a direction $v$ of length 1, and
# the output changes by $Av$: the photograph's response to $v$ as a kernel. The curvature in this direction is
#
# $$v^\top H v = 2\,\lVert A v \rVert^2 ,$$
#
# **twice the energy of this response.** The photograph is bright nearly everywhere, so it responds most strongly
# to nine equal numbers, and most weakly to alternating signs.
#
# In other words, curvature depends on **frequency**, the number of oscillations per pixel. Nine equal numbers have frequency 0 (or
# **DC**); signs that alternate from pixel to pixel have the highest, $1/2$. This is exact if windows wrap around the
# border and the kernel is as large as the image: the eigenvectors are then the waves of the **Fourier basis**, with the eigenvalues
# $2\,\lvert F\rvert^2$, where $F$ are the Fourier coefficients of the image. All 64 of them on a small piece:

# %% [markdown] lang="zh"
# 更难：条件数从 5 升到 1,488。从碗底出发，沿长度为 1 的方向 $v$ 移动，输出的变化是 $Av$，也就是把 $v$ 当作卷积核时照片的响应。
# 所以这个方向上的曲率是
#
# $$v^\top H v = 2\,\lVert A v \rVert^2 ,$$
#
# **等于这个响应的能量的两倍。**照片几乎处处都亮，所以对九个相等的数响应最强，对正负交替的图案响应最弱。
#
# 换句话说，曲率取决于**频率**，即每个像素振荡多少次。九个相等的数频率为 0（又叫**直流分量**，DC），逐像素正负交替的频率最高，为 $1/2$。
# 如果窗口到了边界就从另一侧绕回来，而且卷积核与图像一样大，这句话就严格成立：特征向量正是**傅里叶基**的各个波，特征值是
# $2\,\lvert F\rvert^2$，其中 $F$ 是图像的傅里叶系数。取一小块，核对全部 64 个：

# %%
piece = photo[200:208, 300:308]
shifted = [piece.roll((-a, -b), dims=(0, 1)).flatten() for a in range(8) for b in range(8)]
wrapped = torch.stack(shifted, dim=1)  # each row is a window that wraps around
# zh: wrapped = torch.stack(shifted, dim=1)  # 每一行是一个绕回来的窗口
from_hessian = torch.linalg.eigvalsh(2 * wrapped.T @ wrapped)
from_fourier = 2 * torch.fft.fft2(piece).abs() ** 2
d2l.compare(from_hessian, from_fourier.flatten().sort().values)

# %% [markdown] lang="en"
# So the spectrum of the whole photograph gives its eigenvalues, without the Hessian.
#
# **Predict:** how do they change from one band of frequencies to the next, which is twice as high?

# %% [markdown] lang="zh"
# 于是整张照片的特征值也可以直接从频谱得到，不必求海森矩阵。
#
# **先猜：**从一个频带到下一个频带，频率加倍，特征值怎样变化？

# %% [markdown] lang="en" slide="slide"
# ## Steep and flat axes are frequencies
#
# Curvature along $v$: $v^\top H v = 2\,\lVert A v \rVert^2$, twice the energy of the response to $v$.
#
# With windows that wrap around, the **Fourier basis** gives the axes.
#
# **Predict:** from one band to the next, frequencies double. How do the eigenvalues change?

# %% [markdown] lang="zh" slide="slide"
# ## 陡轴与平轴对应频率
#
# 沿 $v$ 的曲率：$v^\top H v = 2\,\lVert A v \rVert^2$，即对 $v$ 的响应的能量的两倍。
#
# 窗口绕回时，主轴就是**傅里叶基**。
#
# **先猜：** 从一个频带到下一个，频率加倍。特征值怎样变化？

# %% tags=["slide-answer"]
spectrum = 2 * torch.fft.fft2(photo).abs() ** 2 / photo.numel()
vertical = torch.fft.fftfreq(photo.shape[0]).abs()[:, None]
horizontal = torch.fft.fftfreq(photo.shape[1]).abs()[None, :]
frequency = torch.maximum(vertical, horizontal)
print(f"frequency 0: eigenvalue {spectrum[0, 0]:,.0f} per window")
# zh: print(f"频率 0：每个窗口的特征值为 {spectrum[0, 0]:,.0f}")
for top in (16, 8, 4, 2):
    band = (frequency > 1 / (2 * top)) & (frequency <= 1 / top)
    print(f"from 1/{2 * top} to 1/{top}: mean eigenvalue {spectrum[band].mean():.3f}")
    # zh: print(f"从 1/{2 * top} 到 1/{top}：特征值平均为 {spectrum[band].mean():.3f}")

# %% [markdown] lang="en" slide="notes"
# **3 min.** Point at the ratio of neighbouring lines: about 4, the square of 2. Field (1987) found in natural images that the amplitude falls roughly as one over the frequency.
#
# **Ask:** in which lines does Sobel's kernel lie? Its entries add up to 0, so it has no part at frequency 0. **Expect:** "does this hold for every image?" No: noise has a flat spectrum, and its bowl is round.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 指出相邻两行之比：大约是 4，即 2 的平方。Field（1987）发现，自然图像的振幅大致与频率成反比。
#
# **提问：** Sobel 卷积核落在哪几行？它各元素之和为 0，频率 0 上没有份。**常见问题：** “每张图像都这样吗？”不是：噪声的频谱是平的，它的碗就是圆的。

# %% [markdown] lang="en"
# In this photograph the mean eigenvalue falls by about 4, 4 and 3 from band to band. Field (1987) found that in natural images the amplitude
# falls roughly as one over the frequency, so its square falls by 4 when the frequency doubles. Our $3\times 3$ windows do not
# wrap around, but waves fit their outermost axes well:

# %% [markdown] lang="zh"
# 对这张照片，从一个频带到下一个，特征值的平均大约依次除以 4、4、3。Field（1987）发现，自然图像的振幅大致与频率成反比，
# 所以频率加倍时，振幅的平方要除以 4。我们的 $3\times 3$ 窗口并不绕回，但最陡和最平的两条轴仍与波符合得很好：

# %%
constant = torch.full_like(sobel, 1 / 3)
alternating = torch.outer(sobel.new_tensor([1, -2, 1]), sobel.new_tensor([1, -2, 1])) / 6
print(f"steepest axis and the constant kernel: cosine {(steepest * constant).sum():.3f}")
print(f"flattest axis and the alternating kernel: cosine {(flattest * alternating).sum():.3f}")
# zh: print(f"最陡的轴与全相等的卷积核：余弦 {(steepest * constant).sum():.3f}")
# zh: print(f"最平的轴与正负交替的卷积核：余弦 {(flattest * alternating).sum():.3f}")

# %% [markdown] lang="en"
# The entries of Sobel's kernel add up to 0, so it is orthogonal to the constant kernel and lies in flat directions. The steep axis limits the
# learning rate, and then the flat ones need many steps. Subtracting the mean brightness removes most of the DC energy and does not
# change Sobel's response.

# %% [markdown] lang="zh"
# Sobel 卷积核各元素之和为 0，与全相等的卷积核正交，落在平缓的方向上。陡的轴限制了学习率，平缓的轴就要走很多步。
# 减去平均亮度，大部分直流能量就没有了，而 Sobel 的响应不变。

# %%
centred = photo - photo.mean()
better = torch.linalg.eigvalsh(hessian(centred, (3, 3)))
print(f"condition number: raw {raw[-1] / raw[0]:,.0f}, centred {better[-1] / better[0]:,.0f}")
# zh: print(f"条件数：原图 {raw[-1] / raw[0]:,.0f}，减去平均值后 {better[-1] / better[0]:,.0f}")
d2l.compare(d2l.corr2d(centred, sobel), response)

# %% [markdown] lang="en" slide="slide"
# ## Subtract the mean
#
# Sobel's response does not depend on the mean brightness. Subtract it, and learn again.
#
# **Predict:** does it help?

# %% [markdown] lang="zh" slide="slide"
# ## 减去平均值
#
# Sobel 的响应与平均亮度无关。把平均值减掉，再学一遍。
#
# **先猜：** 有用吗？

# %% tags=["slide-answer"]
zeros = torch.zeros_like(sobel)
from_raw = descend(photo, response, zeros, lr=0.9 * 2 / raw[-1], steps=400)
from_centred = descend(centred, response, zeros, lr=0.9 * 2 / better[-1], steps=400)
both = {"raw": from_raw, "centred": from_centred}
# zh: both = {"原图": from_raw, "减去平均值": from_centred}
d2l.show_curves(
    {name: [(K - sobel).abs().max().item() for K in course] for name, course in both.items()},
    x=range(401),
    xlabel="step",
    ylabel="largest error in the kernel",
    # zh: xlabel="步数",
    # zh: ylabel="卷积核的最大误差",
    log=True,
)

# %% [markdown] lang="en" slide="notes"
# **3 min.** **Ask:** which axis does the mean concern? The steepest only. The condition number falls from 1,488 to 347. Each photograph is learned from with 90% of its own largest stable rate; after 400 steps the error is sixteen times smaller.
#
# **Expect:** "no, the target is the same". The target is; the shape of the bowl is not. This is one reason for standardising inputs.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** **提问：** 平均亮度关系到哪条轴？只有最陡的那条。条件数从 1,488 降到 347。两种输入各取自己最大稳定学习率的 90%，400 步之后，误差小到十六分之一。
#
# **常见错误：** “没用，目标又没变。”目标没变，碗的形状变了。输入要标准化，原因之一就在这里。

# %%
for name, course in both.items():
    print(f"{name}: largest error after 400 steps {(course[-1] - sobel).abs().max():.3f}")
    # zh: print(f"{name}：400 步之后的最大误差 {(course[-1] - sobel).abs().max():.3f}")

# %% [markdown] lang="en"
# LeCun et al. (1998) recommend centred inputs for this reason; batch normalisation (Ioffe and Szegedy 2015) standardises
# activations inside the network.
#
# Because the loss is a squared error and the output is linear *in the parameters*, least squares gives a solution in **closed form**. For
# $N$ windows and $m$ parameters it costs about $N m^2 + m^3$ operations: little for nine parameters, too much for
# millions. With a non-linearity between two layers it does not apply.

# %% [markdown] lang="zh"
# LeCun 等人（1998）正是因此建议把输入减去平均值；批归一化（batch normalization，Ioffe 和 Szegedy 2015）则把网络内部的激活标准化。
#
# 损失是平方误差，输出又是**参数的**线性函数，所以最小二乘可以给出**闭式解**。设有 $N$ 个窗口、$m$ 个参数，
# 它大约要做 $N m^2 + m^3$ 次运算：九个参数不算什么，几百万个就做不动了。两层之间有了非线性，它也不再适用。

# %%
windows = centred.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
exact = torch.linalg.lstsq(windows, response.reshape(-1, 1)).solution.reshape(3, 3)
d2l.compare(exact, sobel)

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> you add 10 to every pixel of the photograph. What changes: Sobel's response, the largest eigenvalue, the number of steps?</summary>
#
# The response stays the same, since the entries of Sobel's kernel add up to 0. The largest eigenvalue becomes much larger, because every window is brighter. So the learning rate
# must be smaller, and the flat axes need even more steps.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>给照片的每个像素加上 10，会改变什么：Sobel 的响应、最大的特征值，还是所需的步数？</summary>
#
# 响应不变，因为 Sobel 卷积核各元素之和为 0。每个窗口都更亮，最大的特征值就大得多，学习率只好缩小，平缓的轴要走更多的步。
# </details>

# %% [markdown] lang="en"
# ## 7 · What cannot be learned
#
# **Predict:** transpose `X`, so that it has no vertical edge and the output of the secret kernel `[1, -1]` is zero everywhere.
# Training reaches loss zero. Which kernel does it find?

# %% [markdown] lang="zh"
# ## 7 · 学不到的东西
#
# **先猜：**把 `X` 转置，让它没有竖直的边缘，秘密卷积核 `[1, -1]` 的输出就处处为零。训练会让损失降到零。它找到的是哪个卷积核？

# %% [markdown] lang="en" slide="slide"
# ## What cannot be learned
#
# Transpose `X`: the output of the secret kernel `[1, -1]` is zero everywhere.
#
# **Predict:** training reaches loss zero. Which kernel does it find?

# %% [markdown] lang="zh" slide="slide"
# ## 学不到的东西
#
# 把 `X` 转置：秘密卷积核 `[1, -1]` 的输出处处为零。
#
# **先猜：** 训练让损失降到了零。它找到的是哪个卷积核？

# %% tags=["slide-answer"]
flat = X.T
silent = d2l.corr2d(flat, secret)
for start in ([0.9, 0.1], [-0.4, 0.8], [0.5, -0.5]):
    found = descend(flat, silent, torch.tensor([start]), lr=0.01, steps=50)[-1]
    numbers, remaining = found.flatten().tolist(), loss_of(flat, silent, found)
    print(f"{start} -> [{numbers[0]:.1f}, {numbers[1]:.1f}], loss {remaining:.6f}")
    # zh: print(f"{start} -> [{numbers[0]:.1f}, {numbers[1]:.1f}]，损失 {remaining:.6f}")

# %% [markdown] lang="en" slide="fragment"
# **Loss zero** means that the kernel fits these data, not that it is the secret one.

# %% [markdown] lang="zh" slide="fragment"
# **损失为零**只表示卷积核与这些数据相符，不表示它就是秘密的那一个。

# %% [markdown] lang="en" slide="notes"
# **3 min.** Each start leads to another kernel, and all have loss zero. In this image two neighbours in a row are always equal, so only the *sum* $K_0 + K_1$ affects the output. The valley has a level floor: an eigenvalue is 0.
#
# **Ask:** what helps, more steps or another image? **Expect:** "more steps, a smaller rate". Only an image with vertical edges helps. Recall the region of ones on the second slide.

# %% [markdown] lang="zh" slide="notes"
# **3 分钟。** 每个起点学到的卷积核都不同，损失却全是零。在这张图像里，同一行相邻的两个像素总是相等，只有**和** $K_0 + K_1$ 影响输出。谷底是平的：有一个特征值为 0。
#
# **提问：** 怎么办，多走几步，还是换一张图像？**常见错误：** “多走几步，学习率小一点。”只有换一张有竖直边缘的图像才行。请他们回想第二页上全为一的区域。

# %%
values = torch.linalg.eigvalsh(hessian(flat, (1, 2)))
print(f"eigenvalues: {abs(values[0]):.1f} and {values[1]:.1f}")
# zh: print(f"特征值：{abs(values[0]):.1f} 和 {values[1]:.1f}")

# %% [markdown] lang="en"
# Each start leads to another kernel, and each has loss zero. In this image two neighbours in a row have the same value $x$, so the
# output $x\,(K_0 + K_1)$ depends on the sum only. One eigenvalue is 0, and along its axis the kernel stays where it
# started. In terms of section 6, the image has no horizontal frequency except 0.
#
# **Loss zero means that a kernel fits the data; it need not be the kernel that made them.** More steps do not help; an image with
# the missing frequencies does.

# %% [markdown] lang="zh"
# 从不同的起点学到的卷积核各不相同，损失却都是零。在这张图像里，同一行相邻的两个像素都等于同一个 $x$，
# 输出是 $x\,(K_0 + K_1)$，只与两个元素之和有关。有一个特征值为 0，沿着它的轴，卷积核一直停在出发的地方。
# 用第 6 节的话说，这张图像在水平方向上除了频率 0，什么频率也没有。
#
# **损失为零，只说明卷积核与数据相符；产生这些数据的未必就是它。**多走几步没有用，换一张含有那些频率的图像才有用。

# %% [markdown] lang="en"
# <details><summary><b>Check yourself:</b> what is the shortest row of pixels from which <code>[1, -1]</code> can be recovered without doubt?</summary>
#
# Three pixels, if the two windows are not multiples of each other. The windows of 0, 1, 0 are (0, 1) and (1, 0), and each of them shows one entry of the kernel.
# </details>

# %% [markdown] lang="zh"
# <details><summary><b>自测：</b>要毫无疑问地还原出 <code>[1, -1]</code>，一行像素最短要有几个？</summary>
#
# 三个，只要两个窗口不成倍数。0、1、0 的窗口是 (0, 1) 和 (1, 0)，每个窗口各给出卷积核的一个元素。
# </details>

# %% [markdown] lang="en"
# ## 8 · Where this is used today
#
# **Predict:** which share of ResNet-18's parameters is in kernels? PyTorch's *meta* device keeps shapes without weights.

# %% [markdown] lang="zh"
# ## 8 · 今天用在哪里
#
# **先猜：**ResNet-18 的参数里，卷积核的元素占多少？PyTorch 的 **meta** 设备只记形状，不存权重。

# %% [markdown] lang="en" slide="slide"
# ## Where this is used today
#
# **Predict:** how many of ResNet-18's 11,689,512 parameters are kernel entries: a tenth, half, or nearly all?

# %% [markdown] lang="zh" slide="slide"
# ## 今天用在哪里
#
# **先猜：** ResNet-18 的 11,689,512 个参数里，卷积核的元素占多少：十分之一、一半，还是几乎全部？

# %% tags=["slide-answer"]
with torch.device("meta"):
    resnet, vit = torchvision.models.resnet18(), torchvision.models.vit_b_16()
total = sum(weights.numel() for weights in resnet.parameters())
layers = [layer for layer in resnet.modules() if isinstance(layer, nn.Conv2d)]
in_kernels = sum(layer.weight.numel() for layer in layers)
print(f"ResNet-18: {total:,} parameters")
print(f"in {len(layers)} convolutions: {in_kernels:,} kernel entries, {in_kernels / total:.1%}")
print(f"its Hessian would have {total**2:.1e} entries")
print(f"ViT-B/16: kernels of the first layer {tuple(vit.conv_proj.weight.shape)}")
# zh: print(f"ResNet-18：{total:,} 个参数")
# zh: print(f"{len(layers)} 个卷积层里：卷积核的元素有 {in_kernels:,} 个，占 {in_kernels / total:.1%}")
# zh: print(f"它的海森矩阵会有 {total**2:.1e} 个元素")
# zh: print(f"ViT-B/16：第一层卷积核的形状 {tuple(vit.conv_proj.weight.shape)}")

# %% [markdown] lang="en" slide="notes"
# **2 min.** All of them are learned by the step of this lecture, with mini-batches and momentum. **Ask:** can we compute $2/\lambda_{\max}$ for this network as before? **Expect:** "yes, the same formula". The Hessian does not fit into any memory, and the loss is no longer quadratic; in practice the rate is found by trying.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 这些数全是用本节课的这一步学来的，再加上小批量和动量。**提问：** 能像刚才那样为这个网络算出 $2/\lambda_{\max}$ 吗？**常见错误：** “能，公式一样。”海森矩阵哪里也存不下，损失也不再是二次函数；实际上，学习率要靠试。

# %% [markdown] lang="en"
# He et al. (2016) trained ResNet by the step of section 2, with changes. We took each gradient over all windows (**full batch**);
# they took it over a random **mini-batch** of 256 images (**stochastic gradient descent**, SGD), and added 0.9 times the
# previous step (**momentum**, Polyak 1964). ConvNeXt (Liu et al. 2022) is trained with AdamW, which scales each parameter's step separately.
# Vision transformers use attention instead of convolutions, but ViT still begins with a learned one. Section 5's limit appears here, too: in full-batch training,
# Cohen et al. (2021) saw the largest eigenvalue rise to about $2/\eta$.
#
# Training often starts from kernels learned on other data (**transfer learning**); Yosinski et al. (2014) found that those of the
# first layers transfer best.
#
# <details><summary><b>Check yourself:</b> could we compute the largest stable learning rate of ResNet-18 as in section 5?</summary>
#
# No. Its Hessian has too many entries to be stored, and its loss is not quadratic, so the Hessian changes from step to step. What can be computed is the product of the
# Hessian with a vector, without the Hessian itself, and from such products the largest eigenvalue at one point; Cohen et al. did this. In practice, learning rates are found by trying.
# </details>

# %% [markdown] lang="zh"
# He 等人（2016）训练 ResNet，用的就是第 2 节的这一步，只作了一些改动。我们每次用全部窗口算梯度（**全批量**），他们随机取 256 张图像组成**小批量**来算
# （**随机梯度下降**，SGD），再加上前一步的 0.9 倍（**动量**，Polyak 1964）。ConvNeXt（Liu 等人 2022）用 AdamW 训练，它为每个参数单独调节步长。
# 视觉 Transformer 用注意力取代卷积，但 ViT 的第一层仍是学来的卷积。第 5 节的上限在这里也会出现：
# Cohen 等人（2021）用全批量训练网络，看到最大的特征值会升到 $2/\eta$ 附近。
#
# 训练往往从别的数据上学到的卷积核开始（**迁移学习**）；Yosinski 等人（2014）发现，前几层的卷积核最容易迁移。
#
# <details><summary><b>自测：</b>能像第 5 节那样，算出 ResNet-18 的最大稳定学习率吗？</summary>
#
# 不能。它的海森矩阵元素太多，存不下；损失也不是二次函数，海森矩阵每走一步都在变。能算的是海森矩阵与一个向量的乘积（不必求出海森矩阵本身），
# 由这样的乘积可以求出某一点上最大的特征值，Cohen 等人就是这样做的。实践中，学习率要靠试。
# </details>

# %% [markdown] lang="en" slide="slide"
# ## What to take home
#
# - the gradient is a cross-correlation: input with residual
# - the largest stable learning rate is $2/\lambda_{\max}$
# - steep and flat axes are low and high frequencies, for a photograph
# - report many runs with their spread, not one
# - what does not affect the output cannot be learned

# %% [markdown] lang="zh" slide="slide"
# ## 带走这几句
#
# - 梯度也是互相关：输入与残差
# - 最大稳定学习率是 $2/\lambda_{\max}$
# - 对照片来说，陡轴是低频，平轴是高频
# - 报告许多次运行和散布范围，不只报一次
# - 不影响输出的东西，学不到

# %% [markdown] lang="en" slide="notes"
# **2 min.** Return to the guessing game: two pairs that are not multiples of each other give two numbers; two multiples give only one sum. Set exercises 1, 2 and 4. Chapter 09 learns tens of thousands of numbers in this way.

# %% [markdown] lang="zh" slide="notes"
# **2 分钟。** 回到猜数游戏：两对数不成倍数，就能得到两个数；成倍数，就只得到一个和。布置练习 1、2、4。第 09 章用同样的办法一次学几万个数。

# %% tags=["exercises"]
exercises.ch04

# %% [markdown] lang="en"
# ## Summary
#
# Examples determine a kernel through the loss: each step adds to it the cross-correlation of the input
# with the residual, times $2\eta$. The largest eigenvalue of the Hessian limits the learning rate to $2/\lambda_{\max}$, and the smallest decides how many
# steps are needed; for a photograph these are the lowest and the highest frequencies. What does not affect the
# output remains undetermined, even at loss zero.
#
# **Next:** chapter 09 learns tens of thousands of numbers in this way.
#
# **Further reading**
# - Zhang, Lipton, Li and Smola, *Dive into Deep Learning*, "Convolutions for Images"
#   ([English](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html),
#   [Chinese](https://zh.d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)): a kernel is learned in ten steps.
# - Goh 2017, [Why Momentum Really Works](https://distill.pub/2017/momentum/): bowls, valleys and steps;
#   [Polyak 1964](https://doi.org/10.1016/0041-5553(64)90137-5): the method.
# - LeCun, Bottou, Orr and Müller 1998, [Efficient BackProp](https://doi.org/10.1007/3-540-49430-8_2): the Hessian, centring and learning
#   rates; [Ioffe and Szegedy 2015](https://arxiv.org/abs/1502.03167): batch normalisation.
# - [Field 1987](https://doi.org/10.1364/JOSAA.4.002379): the spectra of natural images.
# - [He et al. 2016](https://arxiv.org/abs/1512.03385): ResNet; [Liu et al. 2022](https://arxiv.org/abs/2201.03545): ConvNeXt;
#   [Loshchilov and Hutter 2019](https://arxiv.org/abs/1711.05101): AdamW; [Dosovitskiy et al. 2021](https://arxiv.org/abs/2010.11929): ViT;
#   [Cohen et al. 2021](https://arxiv.org/abs/2103.00065): the largest eigenvalue during training;
#   [Yosinski et al. 2014](https://arxiv.org/abs/1411.1792): transfer.

# %% [markdown] lang="zh"
# ## 小结
#
# 样本通过损失定出卷积核：每走一步，就把输入与残差的互相关乘以 $2\eta$，加到卷积核上。海森矩阵最大的特征值把学习率限制在
# $2/\lambda_{\max}$ 以内，最小的特征值决定要走多少步；对照片来说，它们分别对应最低和最高的频率。
# 不影响输出的东西，即使损失为零也定不下来。
#
# **下一步：**第 09 章用同样的办法学习几万个数。
#
# **延伸阅读**
# - Aston Zhang、Zachary C. Lipton、Mu Li、Alexander J. Smola：《动手学深度学习》中关于图像卷积的一节
#   （[英文版](https://d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)，
#   [中文版](https://zh.d2l.ai/chapter_convolutional-neural-networks/conv-layer.html)），那里用十步学出了一个卷积核。
# - Goh 2017：[Why Momentum Really Works](https://distill.pub/2017/momentum/)，讲碗、山谷与步长；
#   [Polyak 1964](https://doi.org/10.1016/0041-5553(64)90137-5)，提出动量法的论文。
# - LeCun、Bottou、Orr、Müller 1998：[Efficient BackProp](https://doi.org/10.1007/3-540-49430-8_2)，讲海森矩阵、减去平均值与学习率；
#   [Ioffe 和 Szegedy 2015](https://arxiv.org/abs/1502.03167)，批归一化。
# - [Field 1987](https://doi.org/10.1364/JOSAA.4.002379)：自然图像的频谱。
# - [He 等人 2016](https://arxiv.org/abs/1512.03385)：ResNet；[Liu 等人 2022](https://arxiv.org/abs/2201.03545)：ConvNeXt；
#   [Loshchilov 和 Hutter 2019](https://arxiv.org/abs/1711.05101)：AdamW；[Dosovitskiy 等人 2021](https://arxiv.org/abs/2010.11929)：ViT；
#   [Cohen 等人 2021](https://arxiv.org/abs/2103.00065)：训练中最大的特征值；
#   [Yosinski 等人 2014](https://arxiv.org/abs/1411.1792)：迁移。
