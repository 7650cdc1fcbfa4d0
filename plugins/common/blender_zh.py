"""What Blender's extension says, in Chinese: a part of `phrases_zh`."""

BLENDER = {
    "All frames": "所有帧",
    "An image: white is painted.": "一张图像：白色处会被重画。",
    "Another seed, or the last picture's.": "换一个种子，或沿用上一张图的种子。",
    "Apply the candidate first: so far it is only shown.": "请先应用这张候选图：它目前只是预览。",
    "Beside the .blend": "放在 .blend 旁边",
    "By its name.": "按名称指定。",
    "Change the image itself. Off: the result is a new image.": (
        "直接修改图像本身。关闭时结果是一张新图像。"
    ),
    "Choose an image to work on.": "请选择要处理的图像。",
    "Choose at least one map.": "请至少选择一种贴图。",
    "Choose the mask image again; there is none of that name.": (
        "请重新选择遮罩图像：没有这个名称的图像。"
    ),
    "Choose the mask image: white is painted.": "请选择遮罩图像：白色处会被重画。",
    "Derive height, normal, roughness and occlusion maps from the texture and wire them up.": (
        "由纹理推出高度、法线、粗糙度和遮蔽贴图，并接入材质。"
    ),
    "Do it": "执行",
    "Every field as the daemon suggests it, the prompt excepted.": (
        "除提示词外，所有参数恢复为建议值。"
    ),
    "Every frame of the scene, one seed.": "场景的每一帧，使用同一个种子。",
    "Faces": "面",
    "Folder": "文件夹",
    "Forget earlier views": "忽略以前的视图",
    "Frame {number} of {count}": "第 {number} 帧，共 {count} 帧",
    "Free GPU memory before a render starts": "渲染开始前释放显存",
    "From the output folder; those that are not there are rendered now.": (
        "取自输出文件夹；缺少的帧会现在渲染。"
    ),
    "Generate texture": "生成纹理",
    "Go over the last render, or all frames; the strength says how much may change.": (
        "在最近一次渲染（或所有帧）上重画；强度决定改动多少。"
    ),
    "How far to paint beyond the faces' edges.": "在面的边缘之外再画多远。",
    "How large the object is painted before it is baked.": "烘焙之前按多大的尺寸画这个物体。",
    "Impasto's models then load again for the next picture.": "之后画下一张图时会重新加载模型。",
    "Impasto: {title}": "Impasto：{title}",
    "In place": "直接修改",
    "In the folder “textures” there; packed until the .blend is saved.": (
        "放在那里的“textures”文件夹中；.blend 保存之前先打包。"
    ),
    "In {folder} are frames of another prompt; empty it, or choose another folder.": (
        "{folder} 中已有用其他提示词画的帧；请清空它，或另选文件夹。"
    ),
    "Inpaint texture": "局部重画纹理",
    "Into the .blend; nothing else to carry along.": "打包进 .blend，不必另带文件。",
    "Invert the mask": "反转遮罩",
    "Keep this candidate as an image, on the object.": "把这张候选图保留为图像，并用在物体上。",
    "Margin": "边距",
    "Mask image": "遮罩图像",
    "Material maps": "材质贴图",
    "Material set": "材质贴图组",
    "Mix textures": "混合纹理",
    "More like this.": "再画一些类似的。",
    "New texture": "新纹理",
    "No mesh object is active: the texture will be an image on its own.": (
        "没有活动的网格物体：纹理将只是一张图像。"
    ),
    "Nothing has been rendered yet; render a picture first (F12).": (
        "还没有渲染结果；请先渲染一张图片（F12）。"
    ),
    "Of the new texture, in pixels.": "新纹理的尺寸，以像素计。",
    "Off: the model decides.": "关闭时由模型决定。",
    "Off: what other views have painted stays; this one fills the rest.": (
        "关闭时保留其他视图画过的部分，这次只补其余部分。"
    ),
    "Open an image, or choose an object that has a texture.": (
        "请打开一张图像，或选择一个带纹理的物体。"
    ),
    "Other …": "其他…",
    "Packed": "打包",
    "Paint a texture from words and put it on the active object.": (
        "按文字画一张纹理，并用在活动物体上。"
    ),
    "Paint more textures like the active image.": "再画一些与活动图像类似的纹理。",
    "Paint one texture out of the active image and another one.": (
        "用活动图像和另一张图像画出一张纹理。"
    ),
    "Paint the object as it is seen now, and bake that into its texture where it is visible.": (
        "按现在看到的样子重画物体，并把可见部分烘焙到它的纹理。"
    ),
    "Project from view": "从视图投影",
    "Put it on the object for a look; once more takes it away.": (
        "放到物体上预览；再点一次取消预览。"
    ),
    "Repaint a part of the active image.": "重画活动图像的一部分。",
    "Repaint render": "重画渲染图",
    "Save the .blend first, or choose a folder for the frames.": (
        "请先保存 .blend，或为这些帧选择一个文件夹。"
    ),
    "Select a mesh object first.": "请先选择一个网格物体。",
    "Show": "显示",
    "Show textures in this view": "在此视图中显示纹理",
    "Show “{name}” first: it has no UV map yet.": "请先显示“{name}”：它还没有 UV 贴图。",
    "Size": "尺寸",
    "Stencil": "镂版",
    "Stop painting.": "停止绘制。",
    "Take this candidate off the list; what the object wore before is back.": (
        "从列表中去掉这张候选图，物体恢复原来的纹理。"
    ),
    "Texture": "纹理",
    "Texture files": "纹理文件",
    "The daemon unloads its models at once, so that a render has room.": (
        "守护进程立即卸载模型，给渲染腾出显存。"
    ),
    "The file of the image “{name}” cannot be found; choose another image.": (
        "找不到图像“{name}”的文件；请选择另一张图像。"
    ),
    "The frames cannot be saved in {folder}: {why}.": "无法把这些帧保存到 {folder}：{why}。",
    "The image is not there any more.": "这张图像已经不存在了。",
    "The image “{name}” has no pixels; choose another image.": (
        "图像“{name}”没有像素；请选择另一张图像。"
    ),
    "The image “{name}” has {count} channels; save it as RGBA.": (
        "图像“{name}”有 {count} 个通道；请另存为 RGBA。"
    ),
    "The image “{name}” is a movie; choose a still image.": (
        "图像“{name}”是影片；请选择一张静态图像。"
    ),
    "The image “{name}” is a sequence; choose a still image.": (
        "图像“{name}”是图像序列；请选择一张静态图像。"
    ),
    "The image “{name}” is in UDIM tiles; choose an image of a single tile.": (
        "图像“{name}”由 UDIM 分块组成；请选择只有一块的图像。"
    ),
    "The image “{name}” is linked from another file; make it local, or a new one.": (
        "图像“{name}”链接自另一个文件；请将它本地化，或改用新图像。"
    ),
    "The image “{name}” was changed meanwhile; try again.": (
        "图像“{name}”在此期间被改动了；请再试一次。"
    ),
    "The maps are derived from the picture, not measured.": (
        "这些贴图由图片推算得出，不是测量所得。"
    ),
    "The mask is empty; paint it, or select faces.": "遮罩是空的；请画上遮罩，或选择面。",
    "The material “{name}” has no Principled BSDF to put a texture on; add one.": (
        "材质“{name}”没有可放纹理的原理化 BSDF；请添加一个。"
    ),
    "The material “{name}” is linked from another file; make it local first.": (
        "材质“{name}”链接自另一个文件；请先将它本地化。"
    ),
    "The object is not there any more.": "这个物体已经不存在了。",
    "The picture {path} cannot be read.": "无法读取图片 {path}。",
    "The picture {path} cannot be written.": "无法写入图片 {path}。",
    "The scene is not there any more.": "这个场景已经不存在了。",
    "The second image is not there any more.": "第二张图像已经不存在了。",
    "The second image; empty: the panel's, or the prompt.": (
        "第二张图像；留空则用面板中选的，或提示词。"
    ),
    "The second image; none: the prompt.": "第二张图像；不选则与提示词混合。",
    "The selected faces, through the UV map.": "选中的面，通过 UV 贴图换算。",
    "The stencil image of Texture Paint.": "纹理绘制的镂版图像。",
    "The texture cannot be saved in {folder}: {why}.": "无法把纹理保存到 {folder}：{why}。",
    "There is no camera; add one, or look at the object in a 3D view.": (
        "没有摄像机；请添加一个，或在三维视图中看着物体。"
    ),
    "There is no image “{name}” to mix with.": "没有可供混合的图像“{name}”。",
    "There is no image “{name}”.": "没有图像“{name}”。",
    "There is no stencil image; choose or make one under Masking in Texture Paint.": (
        "没有镂版图像；请在纹理绘制的“遮罩”中选择或新建一张。"
    ),
    "There is no such candidate; paint some first.": "没有这张候选图；请先画几张。",
    "This Blender's Python has no numpy, which this needs; Blender's own build has it.": (
        "这个 Blender 的 Python 没有所需的 numpy；官方版本自带。"
    ),
    "The depth of this view is sent, and what earlier views have painted.": (
        "会发送此视图的深度，以及以前的视图画过的部分。"
    ),
    "The depth of this view is sent: the picture keeps to the object's shape.": (
        "会发送此视图的深度：画面会贴合物体的形状。"
    ),
    "If the model takes depth, that of this view is sent; if not, the object as it looks now "
    "guides it.": "如果模型支持深度，会发送此视图的深度；否则以物体现在的样子作引导。",
    "This model takes no depth: the object as it looks now guides it.": (
        "这个模型不支持深度：以物体现在的样子作引导。"
    ),
    "Use rendered frames": "使用已渲染的帧",
    "Vary texture": "纹理变体",
    "View size": "视图尺寸",
    "What says where to repaint.": "由什么决定重画哪里。",
    "Where the repainted frames are saved; those that are there already are left out.": (
        "重画的帧保存在哪里；已有的帧会跳过。"
    ),
    "Which image to work on; empty: the active one.": "处理哪张图像；留空则为活动图像。",
    "not for this": "不能做这个",
    "{texture} coverage": "{texture} 覆盖率",
    "“{name}” could not be unwrapped; unwrap it yourself.": (
        "“{name}”无法自动展开 UV；请手动展开。"
    ),
    "“{name}” has no UV map; unwrap it first.": "“{name}”没有 UV 贴图；请先展开。",
    "“{name}” has no faces to put a texture on.": "“{name}”没有可以贴纹理的面。",
    "“{name}” is linked from another file; make it local first.": (
        "“{name}”链接自另一个文件；请先将它本地化。"
    ),
    "“{name}” is not a camera.": "“{name}”不是摄像机。",
    "“{name}” is not in view; turn to it.": "视图中看不到“{name}”；请转向它。",
    "“{name}” is what Blender renders, not an image; choose an image.": (
        "“{name}”是 Blender 的渲染结果，不是图像；请选择一张图像。"
    ),
    "“{name}” reaches behind the view; move back.": "“{name}”伸到了视点后面；请退后一些。",
}
