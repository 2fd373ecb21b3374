"""Answers to the exercises of chapter 04."""

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch04


# The chapter's own functions, which its readers use.
def gradient(X, Y, K):
    return 2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y)


def curvatures(X, kernel_size):
    h, w = kernel_size
    A = X.double().unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    return torch.linalg.eigh(2 * A.T @ A)


@right(ch04.largest_rate)
def with_the_chapter(X, kernel_size):
    return (2 / curvatures(X, kernel_size)[0][-1]).item()


@right(ch04.largest_rate)
def by_singular_values(X, kernel_size):
    k_h, k_w = kernel_size
    rows = []
    for i in range(X.shape[0] - k_h + 1):
        for j in range(X.shape[1] - k_w + 1):
            rows.append(X[i : i + k_h, j : j + k_w].flatten())
    return 1 / torch.linalg.svdvals(torch.stack(rows))[0] ** 2


@right(ch04.largest_rate)
def by_power_iteration(X, kernel_size):
    k = X.new_ones(kernel_size)
    k[0, 0] = 1.5
    nothing = X.new_zeros(X.shape[0] - kernel_size[0] + 1, X.shape[1] - kernel_size[1] + 1)
    for _ in range(200):
        k = gradient(X, nothing, k)
        size = k.norm()
        k = k / size
    return float(2 / size)


@wrong(ch04.largest_rate, "eigenvalue itself")
def no_two_over(X, kernel_size):
    return curvatures(X, kernel_size)[0][-1]


@wrong(ch04.largest_rate, "flattest axis")
def first_curvature(X, kernel_size):
    return 2 / float(curvatures(X, kernel_size)[0][0])


@wrong(ch04.largest_rate, "half the limit")
def one_over(X, kernel_size):
    return float(curvatures(X, kernel_size)[0].max()) ** -1


@wrong(ch04.largest_rate, "nothing returned")
def rate_printed(X, kernel_size):
    print(2 / curvatures(X, kernel_size)[0][-1])


@wrong(ch04.largest_rate, "factor 2 forgotten")
def without_the_two(X, kernel_size):
    A = F.unfold(X[None, None], kernel_size)[0]
    return 2 / torch.linalg.eigvalsh(A @ A.T).max()


wrong(ch04.update_that_works, "chose a", "a")
wrong(ch04.update_that_works, "chose d", "D")


@right(ch04.bias_gradient)
def cell_by_cell(X, Y, K, u):
    answer, total = d2l.corr2d(X, K), 0
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            total += 2 * (answer[i, j] + u - Y[i, j])
    return total


@right(ch04.bias_gradient)
def by_autograd(X, Y, K, u):
    u.requires_grad_()
    ((d2l.corr2d(X, K) + u - Y) ** 2).sum().backward()
    return u.grad


@right(ch04.bias_gradient)
def by_parts(X, Y, K, u):
    return 2 * (d2l.corr2d(X, K).sum() - Y.sum()) + 2 * Y.numel() * u


@right(ch04.bias_gradient)
def as_a_kernel_cell(X, Y, K, u):
    error = F.conv2d(X[None, None], K[None, None], u.reshape(1)) - Y
    return 2 * (error * torch.ones_like(error)).sum()


@right(ch04.bias_gradient)
def in_plain_numbers(X, Y, K, u):
    return 2 * sum(sum(row) for row in (d2l.corr2d(X, K) + u - Y).tolist())


@wrong(ch04.bias_gradient, "sign reversed")
def target_minus_answer(X, Y, K, u):
    return 2 * (Y - d2l.corr2d(X, K) - u).sum()


@wrong(ch04.bias_gradient, "bias per pixel")
def not_summed(X, Y, K, u):
    return (d2l.corr2d(X, K) + u - Y).mul(2)


@wrong(ch04.bias_gradient, "bias left out of the error")
def no_bias_inside(X, Y, K, u):
    return (gradient(X.new_ones(Y.shape), Y - d2l.corr2d(X, K), X.new_zeros(1, 1))).squeeze()


@wrong(ch04.bias_gradient, "factor 2 forgotten")
def half_of_it(X, Y, K, u):
    return torch.sum(d2l.corr2d(X, K) - Y + u)


wrong(ch04.same_steps, "wrong direction", 0.03 / (6 * 7))
wrong(ch04.same_steps, "pixels of the image", 1.44)


@right(ch04.without_zeroing)
def recorded(X, Y, K, lr, steps):
    K = K.clone().requires_grad_()
    for _ in range(steps):
        ((d2l.corr2d(X, K) - Y) ** 2).sum().backward()
        with torch.no_grad():
            K -= lr * K.grad
    return K


@right(ch04.without_zeroing)
def as_momentum(X, Y, K, lr, steps):
    v = 0
    for _ in range(steps):
        v = v - lr * gradient(X, Y, K)
        K = K + v
    return K


@right(ch04.without_zeroing)
def with_a_list(X, Y, K, lr, steps):
    gradients = []
    for _ in range(steps):
        gradients.append(gradient(X, Y, K))
        K = K - lr * sum(gradients)
    return K


@right(ch04.without_zeroing)
def with_an_optimiser(X, Y, K, lr, steps):
    weight = nn.Parameter(K.clone())
    optimiser = torch.optim.SGD([weight], lr=lr, momentum=1.0)
    for _ in range(steps):
        optimiser.zero_grad()
        F.conv2d(X[None, None], weight[None, None]).sub(Y).square().sum().backward()
        optimiser.step()
    return weight.detach()


@right(ch04.without_zeroing)
def by_two_kernels_back(X, Y, K, lr, steps):
    before, now = K, K
    for _ in range(steps):
        before, now = now, 2 * now - before - lr * gradient(X, Y, now)
    return now


@right(ch04.without_zeroing)
def by_recursion(X, Y, K, lr, steps, total=0):
    if steps == 0:
        return K
    total = total + gradient(X, Y, K)
    return by_recursion(X, Y, K - lr * total, lr, steps - 1, total)


@right(ch04.without_zeroing)
def with_a_layer_of_its_own(X, Y, K, lr, steps):
    conv = nn.Conv2d(1, 1, tuple(K.shape), bias=False)
    conv.weight.data = K[None, None].clone()
    for _ in range(steps):
        ((conv(X[None, None]) - Y) ** 2).sum().backward()
        with torch.no_grad():
            conv.weight -= lr * conv.weight.grad
    return conv.weight[0, 0]


@wrong(ch04.without_zeroing, "mean over the positions")
def averaged_loss(X, Y, K, lr, steps):
    total = 0
    for _ in range(steps):
        total = total + gradient(X, Y, K) / Y.numel()
        K = K - lr * total
    return K


@wrong(ch04.without_zeroing, "set to zero")
def ordinary(X, Y, K, lr, steps):
    for _ in range(steps):
        K = K - lr * gradient(X, Y, K)
    return K


@right(ch04.without_zeroing, "input changed")
def in_its_place(X, Y, K, lr, steps):
    total = torch.zeros_like(K)
    for _ in range(steps):
        total += gradient(X, Y, K)
        K -= lr * total
    return K


@wrong(ch04.without_zeroing, "gradient of the start")
def outside_the_loop(X, Y, K, lr, steps):
    new, total = gradient(X, Y, K), torch.zeros_like(K)
    for _ in range(steps):
        total = total + new
        K = K - lr * total
    return K


@right(ch04.without_zeroing, "only float32")
def zeros_of_one_type(X, Y, K, lr, steps):
    K, total = K.float(), torch.zeros(K.shape, device=K.device)
    for _ in range(steps):
        total = total + gradient(X.float(), Y.float(), K)
        K = K - lr * total
    return K


@wrong(ch04.without_zeroing, "endless loop")
def never_done(X, Y, K, lr, steps):
    step, total = 0, torch.zeros_like(K)
    while step < steps:
        total = total + gradient(X, Y, K)
        K = K - lr * total
    return K


@wrong(ch04.without_zeroing, "an error")
def inside_the_recording(X, Y, K, lr, steps):
    K.requires_grad_()
    for _ in range(steps):
        ((d2l.corr2d(X, K) - Y) ** 2).sum().backward()
        K -= lr * K.grad
    return K


@right(ch04.smallest_picture)
def whole_numbers():
    return torch.tensor([[2, 3, 5]])


@right(ch04.smallest_picture)
def searched():
    for number in range(27):
        X = torch.tensor([[number // 9 % 3, number // 3 % 3, number % 3]])
        if curvatures(X, (1, 2))[0].min() > 0.1:
            return X
    return None


@right(ch04.smallest_picture)
def by_chance():
    torch.manual_seed(0)
    return torch.randn(1, 3)


@wrong(ch04.smallest_picture, "one window")
def two_cells():
    return torch.tensor([[3.0, 7.0]])


@wrong(ch04.smallest_picture, "windows say the same")
def powers_of_two():
    return torch.tensor([[1.0, 2.0, 4.0]])


@wrong(ch04.smallest_picture, "no window")
def standing():
    return torch.randn(2, 1)


@wrong(ch04.smallest_picture, "more pixels than needed")
def four_in_a_row():
    return torch.arange(4.0).reshape(1, -1)


wrong(ch04.without_vertical_edges, "chose b", "b")
wrong(ch04.without_vertical_edges, "chose e", "e")


@right(ch04.learn_3x3)
def with_a_layer(X, Y):
    conv = nn.Conv2d(1, 1, 3, bias=False)
    optimiser = torch.optim.SGD(conv.parameters(), lr=0.5 * with_the_chapter(X, (3, 3)))
    for _ in range(150):
        loss = ((conv(X[None, None]) - Y) ** 2).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return conv.weight.reshape(3, 3)


@right(ch04.learn_3x3)
def by_hand(X, Y):
    K = torch.zeros(3, 3)
    rate = 0.9 * with_the_chapter(X, (3, 3))
    for _ in range(500):
        K = K - rate * gradient(X, Y, K)
    return K


@right(ch04.learn_3x3)
def of_standard_size(X, Y):
    # The image brought to a standard size, as the end of section 5 says, and the mean squared error.
    size = X.std()
    K = torch.randn(3, 3, requires_grad=True)
    for _ in range(400):
        loss = ((d2l.corr2d(X / size, K) - Y / size) ** 2).mean()
        (grad,) = torch.autograd.grad(loss, K)
        with torch.no_grad():
            K -= 0.2 * grad
    return K.detach()


@right(ch04.learn_3x3)
def until_it_stands_still(X, Y):
    lo, hi = curvatures(X, (3, 3))[0][[0, -1]].tolist()
    K = torch.zeros(3, 3)
    while gradient(X, Y, K).abs().max() > 0.001 * lo:
        K = K - 2 / (lo + hi) * gradient(X, Y, K)
    return K


@right(ch04.learn_3x3)
def with_adam(X, Y):
    K = torch.zeros(3, 3, requires_grad=True)
    optimiser = torch.optim.Adam([K], lr=0.1)
    for _ in range(400):
        optimiser.zero_grad()
        F.mse_loss(d2l.corr2d(X, K), Y).backward()
        optimiser.step()
    return K


@right(ch04.learn_3x3)
def a_thousand_recorded_steps(X, Y):
    conv, lr = nn.Conv2d(1, 1, 3, bias=False), 0.9 * Y.numel() * with_the_chapter(X, (3, 3))
    for _ in range(1000):
        loss = ((conv(X[None, None])[0, 0] - Y) ** 2).mean()
        conv.zero_grad()
        loss.backward()
        with torch.no_grad():
            conv.weight -= lr * conv.weight.grad
    return conv.weight[0, 0]


@wrong(ch04.learn_3x3, "not there yet")
def one_rate_for_all(X, Y):
    K = torch.zeros(3, 3)
    for _ in range(1000):
        K = K - 3e-5 * gradient(X, Y, K)
    return K


@wrong(ch04.learn_3x3, "not allowed")
def jump_to_the_bottom(X, Y):
    A = X.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
    return torch.linalg.lstsq(A, Y.reshape(-1, 1)).solution.reshape(3, 3)


@wrong(ch04.learn_3x3, "diverged")
def rate_of_section_two(X, Y):
    K = torch.zeros(3, 3)
    for _ in range(100):
        K = K - 0.03 * gradient(X, Y, K)
    return K


@wrong(ch04.learn_3x3, "not there yet")
def ten_steps(X, Y):
    conv = nn.Conv2d(1, 1, 3, bias=False)
    for _ in range(10):
        conv.zero_grad()
        ((conv(X[None, None]) - Y) ** 2).mean().backward()
        with torch.no_grad():
            conv.weight -= 0.001 * conv.weight.grad
    return conv.weight[0, 0]


@wrong(ch04.learn_3x3, "diverged")
def up_the_hill(X, Y):
    K, rate = torch.zeros(3, 3), with_the_chapter(X, (3, 3))
    for _ in range(60):
        K = K + 0.5 * rate * gradient(X, Y, K)
    return K


@wrong(ch04.learn_3x3, "kernel flipped")
def by_true_convolution(X, Y):
    K, rate = torch.zeros(3, 3), 0.5 * with_the_chapter(X, (3, 3))
    for _ in range(200):
        K = K - rate * 2 * d2l.corr2d(X, d2l.convolve2d(X, K) - Y).flip(0, 1)
    return K


@right(ch04.learn_3x3, "input changed")
def centred_in_place(X, Y):
    size = X.abs().max()
    X /= size
    Y /= size
    return by_hand(X, Y)


wrong(ch04.learned_from_convolution, "secret itself", torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
wrong(ch04.learned_from_convolution, "kernel transposed", [[1, 3], [2, 5]])


@right(ch04.learn_with_momentum)
def with_sgd(image, response, steps=400):
    K = torch.zeros(3, 3, dtype=image.dtype, requires_grad=True)
    steepest = curvatures(image, (3, 3))[0].max().item() / response.numel()
    optimiser = torch.optim.SGD([K], lr=2 / steepest, momentum=0.9)
    for _ in range(steps):
        optimiser.zero_grad()
        F.mse_loss(d2l.corr2d(image, K), response).backward()
        optimiser.step()
    return K.detach()


@right(ch04.learn_with_momentum)
def tuned_by_hand(image, response, steps=400):
    # A rate and a momentum found by trying on the whole photograph.
    K = torch.zeros_like(image[:3, :3])
    v = 0
    for _ in range(steps):
        v = 0.95 * v - 0.4 * gradient(image, response, K) / response.numel()
        K = K + v
    return K


@right(ch04.learn_with_momentum)
def with_two_kernels(image, response, steps=400):
    lr = 1.8 / curvatures(image, (3, 3))[0][-1]
    before = now = image.new_zeros(3, 3)
    for _ in range(steps):
        before, now = now, now + 0.97 * (now - before) - lr * gradient(image, response, now)
    return now


@right(ch04.learn_with_momentum)
def with_nesterov(image, response, steps=400):
    K = image.new_zeros(3, 3)
    v = torch.zeros_like(K)
    lr = 1 / curvatures(image, (3, 3))[0][-1]
    for _ in range(steps):
        v = 0.95 * v - lr * gradient(image, response, K + 0.95 * v)
        K = K + v
    return K


@right(ch04.learn_with_momentum)
def by_normal_equations(image, response, steps=400):
    A = image.unfold(0, 3, 1).unfold(1, 3, 1).flatten(2).flatten(0, 1)
    H, b = 2 * A.T @ A / len(A), 2 * A.T @ response.flatten() / len(A)
    k, v = torch.zeros_like(b), torch.zeros_like(b)
    for _ in range(steps):
        v = 0.93 * v - (H @ k - b) * 1.9 / torch.linalg.matrix_norm(H, 2)
        k = k + v
    return k.reshape(3, 3)


@right(ch04.learn_with_momentum)
def recorded_with_a_layer(image, response, steps=400):
    conv = nn.Conv2d(1, 1, 3, bias=False).double()
    nn.init.zeros_(conv.weight)
    v = torch.zeros_like(conv.weight)
    for _ in range(steps):
        conv.zero_grad()
        F.mse_loss(conv(image[None, None])[0, 0], response).backward()
        with torch.no_grad():
            v = 0.95 * v - 0.3 * conv.weight.grad
            conv.weight += v
    return conv.weight.reshape(3, 3)


@right(ch04.learn_with_momentum)
def in_float32(image, response, steps=400):
    image, response = image.float(), response.float()
    K, v = torch.zeros(3, 3), torch.zeros(3, 3)
    lr = response.numel() * 1.5 / curvatures(image, (3, 3))[0][-1].item()
    for _ in range(steps):
        v = 0.95 * v - lr * gradient(image, response, K) / response.numel()
        K = K + v
    return K


@right(ch04.learn_with_momentum)
def moving_average(image, response, steps=400):
    K, v = image.new_zeros(3, 3), image.new_zeros(3, 3)
    for _ in range(steps):
        v = 0.95 * v + 0.05 * gradient(image, response, K) / response.numel()
        K = K - 6 * v
    return K


@wrong(ch04.learn_with_momentum, "mean subtracted")
def centred_descent(image, response, steps=400):
    centred = image - image.mean()
    lr = 0.9 * 2 / curvatures(centred, (3, 3))[0][-1]
    K = torch.zeros_like(image[:3, :3])
    for _ in range(steps):
        K = K - lr * gradient(centred, response, K)
    return K


@wrong(ch04.learn_with_momentum, "mean subtracted")
def centred_with_momentum(image, response, steps=400):
    return with_sgd(image - image.mean(), response, steps)


@wrong(ch04.learn_with_momentum, "other steps")
def with_adam_instead(image, response, steps=400):
    K = torch.zeros(3, 3, dtype=image.dtype, requires_grad=True)
    optimiser = torch.optim.Adam([K], lr=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        F.mse_loss(d2l.corr2d(image, K), response).backward()
        optimiser.step()
    return K.detach()


@wrong(ch04.learn_with_momentum, "other steps")
def gradient_of_the_start(image, response, steps=400):
    K, v = image.new_zeros(3, 3), image.new_zeros(3, 3)
    g = gradient(image, response, K) / response.numel()
    for _ in range(steps):
        v = 0.9 * v - 0.001 * g
        K = K + v
    return K


@wrong(ch04.learn_with_momentum, "moved too late")
def moves_by_the_old_velocity(image, response, steps=400):
    K, v = image.new_zeros(3, 3), image.new_zeros(3, 3)
    for _ in range(steps):
        K = K + v
        v = 0.95 * v - 0.2 * gradient(image, response, K) / response.numel()
    return K


@wrong(ch04.learn_with_momentum, "no momentum")
def plain_descent(image, response, steps=400):
    K = image.new_zeros(3, 3)
    for _ in range(steps):
        K = K - 0.2 * gradient(image, response, K) / response.numel()
    return K


@wrong(ch04.learn_with_momentum, "no momentum")
def velocity_made_anew(image, response, steps=400):
    K = image.new_zeros(3, 3)
    for _ in range(steps):
        v = torch.zeros_like(K)
        v = 0.95 * v - 0.2 * gradient(image, response, K) / response.numel()
        K = K + v
    return K


@wrong(ch04.learn_with_momentum, "uphill")
def sign_twice(image, response, steps=400):
    K, v = image.new_zeros(3, 3), image.new_zeros(3, 3)
    for _ in range(steps):
        v = 0.9 * v - 0.1 * gradient(image, response, K) / response.numel()
        K = K - v
    return K


@wrong(ch04.learn_with_momentum, "steps ignored")
def always_four_hundred(image, response, steps=400):
    return with_sgd(image, response)


@wrong(ch04.learn_with_momentum, "diverged")
def forgot_the_mean(image, response, steps=400):
    K, v = image.new_zeros(3, 3), image.new_zeros(3, 3)
    for _ in range(steps):
        v = 0.9 * v - 0.2 * gradient(image, response, K)
        K = K + v
    return K


@wrong(ch04.learn_with_momentum, "not from zero")
def random_start(image, response, steps=400):
    K = torch.randn(3, 3, dtype=image.dtype)
    v = torch.zeros_like(K)
    for _ in range(steps):
        v = 0.95 * v - 0.2 * gradient(image, response, K) / response.numel()
        K = K + v
    return K


@wrong(ch04.learn_with_momentum, "still far off")
def careful(image, response, steps=400):
    K, v = image.new_zeros(3, 3), image.new_zeros(3, 3)
    for _ in range(steps):
        v = 0.5 * v - 0.01 * gradient(image, response, K) / response.numel()
        K = K + v
    return K


@right(ch04.kernel_deviation)
def with_the_curvatures(X, kernel_size, sigma):
    values, axes = curvatures(X, kernel_size)
    variances = (axes**2 * (2 / values)).sum(dim=1)
    return sigma * variances.sqrt().reshape(kernel_size)


@right(ch04.kernel_deviation)
def with_the_pseudoinverse(X, kernel_size, sigma):
    A = F.unfold(X[None, None], kernel_size)[0].T
    M = torch.linalg.pinv(A)
    return torch.sqrt((sigma**2 * M @ M.T).diag()).view(kernel_size)


@right(ch04.kernel_deviation)
def number_by_number(X, kernel_size, sigma):
    k_h, k_w = kernel_size
    h, w = X.shape[0] - k_h + 1, X.shape[1] - k_w + 1
    columns = [X[a : a + h, b : b + w].flatten() for a in range(k_h) for b in range(k_w)]
    products = torch.stack([torch.stack([one @ other for other in columns]) for one in columns])
    answers = []
    for number in range(len(columns)):
        impulse = torch.zeros_like(products[0])
        impulse[number] = 1
        answers.append(sigma * torch.linalg.solve(products, impulse)[number] ** 0.5)
    return torch.stack(answers).reshape(k_h, k_w)


@wrong(ch04.kernel_deviation, "variance")
def no_root(X, kernel_size, sigma):
    M = torch.linalg.pinv(F.unfold(X[None, None], kernel_size)[0].T)
    return sigma * sigma * (M * M).sum(1).reshape(kernel_size)


@wrong(ch04.kernel_deviation, "neighbours ignored")
def inverse_of_the_diagonal(X, kernel_size, sigma):
    H = X.unfold(0, kernel_size[0], 1).unfold(1, kernel_size[1], 1).flatten(2).flatten(0, 1)
    return sigma / (H.T @ H).diag().sqrt().reshape(kernel_size)


@wrong(ch04.kernel_deviation, "Hessian in place of the matrix")
def from_the_bowl(X, kernel_size, sigma):
    values, axes = curvatures(X, kernel_size)
    H = axes @ values.diag() @ axes.T
    return sigma * torch.inverse(H).diag().sqrt().reshape(kernel_size)


@wrong(ch04.kernel_deviation, "flat")
def one_axis(X, kernel_size, sigma):
    M = torch.linalg.pinv(F.unfold(X[None, None], kernel_size)[0].T)
    return sigma * M.norm(dim=1)


@wrong(ch04.kernel_deviation, "only square")
def sizes_exchanged(X, kernel_size, sigma):
    k_w, k_h = kernel_size
    M = torch.linalg.pinv(F.unfold(X[None, None], kernel_size)[0].T)
    return sigma * M.norm(dim=1).reshape(k_h, k_w)


@right(ch04.kernel_deviation, "only CPU")
def cell_after_cell(X, kernel_size, sigma):
    A = F.unfold(X[None, None], kernel_size)[0].T
    noise = sigma * torch.eye(len(A), dtype=A.dtype)
    return torch.linalg.inv(A.T @ A).matmul(A.T @ noise).norm(dim=1).reshape(kernel_size)


@wrong(ch04.kernel_deviation, "sigma not squared")
def sigma_under_the_root(X, kernel_size, sigma):
    M = torch.linalg.pinv(F.unfold(X[None, None], kernel_size)[0].T)
    return torch.sqrt(sigma * (M @ M.T).diagonal()).reshape(kernel_size)


# --- mistakes of readers who had only the questions ---


def _curvatures(X, kernel_size):
    h, w = kernel_size
    A = X.double().unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    return torch.linalg.eigh(2 * A.T @ A)


def _gradient(X, Y, K):
    return 2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y)


@wrong(ch04.largest_rate, "flattest axis")
def largest_rate_flattest_axis(X, kernel_size):
    return (2 / _curvatures(X, kernel_size)[0][0]).item()


@wrong(ch04.bias_gradient, "mean")
def bias_gradient_mean(X, Y, K, u):
    return 2 * (d2l.corr2d(X, K) + u - Y).mean()


@wrong(ch04.learn_3x3, "not there yet")
def learn_3x3_without_zero_grad(X, Y):
    K = torch.zeros(3, 3, dtype=X.dtype, requires_grad=True)
    rate = (1 / _curvatures(X, (3, 3))[0][-1]).item()
    for _ in range(2000):
        loss = ((d2l.corr2d(X, K) - Y) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            K -= rate * K.grad
    return K.detach()


@wrong(ch04.smallest_picture, "windows say the same")
def smallest_picture_windows_are_multiples():
    return torch.tensor([[1.0, 2.0, 4.0]])


@wrong(ch04.kernel_deviation, "neighbours ignored")
def kernel_deviation_each_number_alone(X, kernel_size, sigma):
    h, w = kernel_size
    A = X.unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    return (sigma / (A**2).sum(dim=0).sqrt()).reshape(h, w)


wrong(ch04.learned_from_convolution, "secret itself", [[1, 2], [3, 5]])
