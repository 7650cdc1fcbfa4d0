"""Simplified Chinese for the sentences that begin with a value: the second half of `sentences_zh`.
Keys are sorted."""

BEGINNING_WITH_A_VALUE: dict[str, str] = {
    "{count} jobs of this program are waiting; the limit is {limit}. Cancel some, or wait.": (
        "本程序有 {count} 个任务在等待，最多 {limit} 个。请取消一些，或稍候。"
    ),
    "{count} maps of {width}×{height} pixels would have {size} MB; the limit is {limit} MB. "
    "Ask for fewer maps, or for a gray layout.": (
        "{count} 张 {width}×{height} 像素的贴图将有 {size} MB，上限是 {limit} MB。请减少贴图，"
        "或使用灰度格式。"
    ),
    "{count} of {total} pictures are opaque: no background was found that could be made "
    "transparent.": ("{total} 张图片中有 {count} 张不透明：没有找到可以变透明的背景。"),
    "{family} for inpainting.": "{family}，用于局部重绘。",
    "{family} models cannot {task:words} pictures; choose {names:names}, which can.": (
        "{family} 模型不支持 {task}，请改用支持它的 {names}。"
    ),
    "{family} models vary a picture, not a text; give a picture.": (
        "{family} 模型只能生成图片的变体，不能用文字；请提供一张图片。"
    ),
    "{file} is not valid TOML: {error}.": "{file} 不是有效的 TOML：{error}。",
    "{file}: in the style [{style}], {key} must be text named one of {names:names}.": (
        "{file}：风格 [{style}] 中的 {key} 必须是文字，名称只能是 {names}。"
    ),
    '{file}: the style [{style}] needs a line prompt = "…".': (
        '{file}：风格 [{style}] 需要一行 prompt = "…"。'
    ),
    "{folder} holds a special kind of {family} ({channels} input channels) that is not "
    "supported; add a plain or an inpainting one.": (
        "{folder} 是一种特殊的 {family}（{channels} 个输入通道），不受支持；请添加普通版或局部重"
        "绘版。"
    ),
    "{folder} holds {what:names}, which is not supported yet; supported are: {names:names}.": (
        "{folder} 是 {what}，尚不支持；支持的有：{names}。"
    ),
    "{folder} holds {what:words}, which is not supported; supported are ControlNets of: "
    "{names:names}.": ("{folder} 是{what}，不受支持；支持的 ControlNet 属于：{names}。"),
    "{folder} is no diffusers model folder: it has no model_index.json.": (
        "{folder} 不是 diffusers 模型文件夹：里面没有 model_index.json。"
    ),
    "{label:field} has {count} characters; the limit is {limit}.": (
        "{label} 有 {count} 个字符，最多 {limit} 个。"
    ),
    "{label:field} has {count} entries; it must have from {low} to {high}.": (
        "{label} 有 {count} 项，必须有 {low} 到 {high} 项。"
    ),
    "{label:field} is a picture and belongs into inputs with role {role:quoted}.": (
        "{label} 是图片，应作为角色 {role} 放在图像输入中。"
    ),
    "{label:field} is {value:quoted}; it must be one of: {names:names}.": (
        "{label} 不能是 {value}，只能是：{names}。"
    ),
    "{label:field} is {value}; it must be from {low} to {high}.": (
        "{label} 是 {value}，必须在 {low} 到 {high} 之间。"
    ),
    "{label:field} must be between {low} and {high} pixels, not {value}.": (
        "{label} 必须在 {low} 到 {high} 像素之间，不能是 {value}。"
    ),
    "{label:field} must be {what:words}, not {value}.": "{label} 必须是 {what}，不能是 {value}。",
    "{label:field} must be {what:words}.": "{label} 必须是 {what}。",
    "{model} cannot {task:words} with the ControlNet {control}; leave the {kind:words} picture "
    "out.": ("{model} 不能用 ControlNet {control} 来{task}，请去掉{kind}图。"),
    "{model} cannot {task:words}.": "{model} 不支持 {task}。",
    "{model} cannot {task:words}. {other} can.": "{model} 不支持 {task}，{other} 支持。",
    "{model} has no picture embedding, so this varies by repainting the picture at strength "
    "{strength}; {others:names} varies by what the picture shows.": (
        "{model} 没有图片嵌入，所以是以强度 {strength} 重绘原图来生成变体；{others} 能按画面内容"
        "生成变体。"
    ),
    "{model} has no sampler named {sampler}; choose one of {names:names}.": (
        "{model} 没有采样器 {sampler}，请选择：{names}。"
    ),
    "{model} has no sampler {sampler}; it has: {names:names}.": (
        "{model} 没有采样器 {sampler}，可用的有：{names}。"
    ),
    "{model} needs more memory than {device} has free ({gigabytes} GB of weights); close "
    "other programs or choose a smaller model.": (
        "{model} 超出了 {device} 的可用内存（权重 {gigabytes} GB），请关闭其他程序，或选择小一些"
        "的模型。"
    ),
    "{model} painted invalid numbers instead of a picture; try another sampler or a lower "
    "guidance scale.": ("{model} 画出的是无效数值，不是图片；请换一个采样器，或降低引导强度。"),
    "{model} painted {width} × {height} pixels, and the result was enlarged {times} times; a "
    "smaller area gets more detail.": (
        "{model} 画了 {width} × {height} 像素，结果放大了 {times} 倍；选择小一些的区域，细节会更"
        "多。"
    ),
    "{model} paints icons and textures, not photographs; for photographs, add a model of "
    "your own with `impasto models add FOLDER`.": (
        "{model} 画图标和纹理，不画照片；要画照片，请用 `impasto models add FOLDER` 添加自己的模"
        "型。"
    ),
    "{model} paints icons and textures; this picture looks like a photograph: for "
    "photographs, add a model of your own with `impasto models add FOLDER`.": (
        "{model} 画图标和纹理，而这张图片像是照片；要处理照片，请用 `impasto models add FOLDER` "
        "添加自己的模型。"
    ),
    "{model} paints no transparent background; choose {names:names}, which can, or switch it "
    "off.": ("{model} 画不了透明背景，请改用支持它的 {names}，或关闭该选项。"),
    "{model} paints sides that are multiples of {multiple} pixels, not {width} × {height}.": (
        "{model} 的边长必须是 {multiple} 像素的倍数，不能是 {width} × {height}。"
    ),
    "{model} takes no {kind:words} picture; add a model of {families:names} and a {word:words} "
    "ControlNet for it with `impasto models add FOLDER`.": (
        "{model} 不支持{kind}图；请用 `impasto models add FOLDER` 添加 {families} "
        "的模型和配套的{word} ControlNet。"
    ),
    "{model} takes no {kind:words} picture; add a {word:words} ControlNet for {family} with "
    "`impasto models add FOLDER`.": (
        "{model} 还不支持{kind}图；请用 `impasto models add FOLDER` 添加适用于 {family} 的{word} "
        "ControlNet。"
    ),
    "{model} takes no {kind:words} picture; choose {other}, which does.": (
        "{model} 不支持{kind}图，请改用支持它的 {other}。"
    ),
    "{name} comes with Impasto and cannot be removed.": "{name} 是 Impasto 自带的，不能移除。",
    "{operation:names} needs {wanted:words} picture(s) with role {role:field}; {count} came.": (
        "{operation} 需要 {wanted} 张“{role}”图片，收到 {count} 张。"
    ),
    "{operation:names} takes no picture with role {role:field}; it takes: {names:names}.": (
        "{operation} 不接受“{role}”图片，可接受的有：{names}。"
    ),
    "{operation:names} takes no {role:field} named {name:quoted}; it takes: {names:names}.": (
        "{operation} 不接受名为 {name} 的“{role}”，可接受的有：{names}。"
    ),
    "{owner:names} has no parameter {name:quoted}. Did you mean {close:quoted}?": (
        "{owner} 没有参数 {name}。是指 {close} 吗？"
    ),
    "{owner:names} has no parameter {name:quoted}. It has: {names:names}.": (
        "{owner} 没有参数 {name}，可用的有：{names}。"
    ),
    "{part} holds its weights only as {file}, a format that can run programs when it is "
    "opened; get the model as .safetensors instead.": (
        "{part} 的权重只有 {file}，这种格式打开时可能运行程序；请改用 .safetensors 格式的模型。"
    ),
    "{size:words} cannot be sent at once; the limit is {limit:words}. Select a smaller area.": (
        "一次不能发送 {size}，上限是 {limit}。请选择小一些的区域。"
    ),
}
