<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name></name>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Import a recording…</source>
        <translation>导入录音…</translation>
    </message>
    <message>
        <source>Try the sample meeting</source>
        <translation>试用示例会议</translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation>导出为 Markdown…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Search all meetings</source>
        <translation>搜索所有会议</translation>
    </message>
    <message>
        <source>Find in this meeting</source>
        <translation>在此会议中查找</translation>
    </message>
    <message>
        <source>Replace in this meeting</source>
        <translation>在此会议中替换</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Command palette…</source>
        <translation>命令面板…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Add to the favourites</source>
        <translation>添加到收藏</translation>
    </message>
    <message>
        <source>Move to folder…</source>
        <translation>移到文件夹…</translation>
    </message>
    <message>
        <source>Tags…</source>
        <translation>标签…</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移到废纸篓</translation>
    </message>
    <message>
        <source>Restore from the trash</source>
        <translation>从废纸篓恢复</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>彻底删除…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空废纸篓…</translation>
    </message>
    <message>
        <source>Recording strip</source>
        <translation>录音小窗</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Usual text size</source>
        <translation>默认文字大小</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Write the minutes again</source>
        <translation>重新撰写纪要</translation>
    </message>
    <message>
        <source>Go to the recording</source>
        <translation>转到正在进行的录音</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>写笔记</translation>
    </message>
    <message>
        <source>Catch me up</source>
        <translation>前情提要</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>窗口的下一部分</translation>
    </message>
    <message>
        <source>Previous part of the window</source>
        <translation>窗口的上一部分</translation>
    </message>
    <message>
        <source>Show or hide the minutes</source>
        <translation>显示或隐藏纪要</translation>
    </message>
    <message>
        <source>About Folkmoot</source>
        <translation>关于 Folkmoot</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>&amp;Meeting</source>
        <translation>会议(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Recording</source>
        <translation>录音(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Import a recording</source>
        <translation>导入录音</translation>
    </message>
    <message>
        <source>Audio and video</source>
        <translation>音频和视频</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Export as Markdown</source>
        <translation>导出为 Markdown</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Delete “{title}” for good?</source>
        <translation>彻底删除“{title}”？</translation>
    </message>
    <message>
        <source>Delete %n meetings for good?</source>
        <translation>彻底删除 %n 个会议？</translation>
    </message>
    <message>
        <source>Recorded sound, transcript and minutes are removed and cannot be brought back. Files that you have imported are not touched.</source>
        <translation>录音、文字稿和纪要将被移除，无法恢复。您导入的文件不受影响。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Stop processing and close?</source>
        <translation>停止处理并关闭？</translation>
    </message>
    <message>
        <source>A meeting is still being processed. What is finished is kept, and you can continue later.</source>
        <translation>还有会议正在处理。已完成的部分会保留，您可以稍后继续。</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
    <message>
        <source>Keep processing</source>
        <translation>继续处理</translation>
    </message>
    <message>
        <source>It is saved, and its words can be written down when you open Folkmoot again.</source>
        <translation>录音会保存下来，下次打开 Folkmoot 时可以写成文字。</translation>
    </message>
    <message>
        <source>What is being processed stops, too, and continues then.</source>
        <translation>正在进行的处理也会停止，到时继续。</translation>
    </message>
    <message>
        <source>Stop the recording and close?</source>
        <translation>停止录音并关闭？</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>停止并保存</translation>
    </message>
    <message>
        <source>Keep recording</source>
        <translation>继续录音</translation>
    </message>
    <message>
        <source>Discard “{title}”?</source>
        <translation>放弃“{title}”？</translation>
    </message>
    <message>
        <source>The recording and its notes are removed for good. Nobody else has a copy.</source>
        <translation>录音及其笔记将彻底移除，别处没有副本。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Folkmoot closes as soon as everything is on the disk.</source>
        <translation>一切写入磁盘后，Folkmoot 就会关闭。</translation>
    </message>
    <message>
        <source>A meeting assistant whose audio, text and models never leave your machine.</source>
        <translation>会议助手：声音、文字和模型从不离开您的电脑。</translation>
    </message>
    <message>
        <source>Speech: {speech}
Minutes: {text}</source>
        <translation>语音：{speech}
纪要：{text}</translation>
    </message>
    <message>
        <source>Icons: Lucide, ISC licence.</source>
        <translation>图标：Lucide，ISC 许可。</translation>
    </message>
    <message>
        <source>The text could not be fetched just now. Read it here:
{url}</source>
        <translation>刚才未能获取许可全文。请在此阅读：
{url}</translation>
    </message>
    <message>
        <source>Accept and download</source>
        <translation>接受并下载</translation>
    </message>
    <message>
        <source>Do not download</source>
        <translation>不下载</translation>
    </message>
    <message>
        <source>{model} has a licence with conditions</source>
        <translation>{model} 的许可附有条件</translation>
    </message>
    <message>
        <source>The sound of your meetings leaves this computer and is sent to {host}.</source>
        <translation>您会议的声音会离开这台电脑，发送到 {host}。</translation>
    </message>
    <message>
        <source>The words of your meetings leave this computer and are sent to {host}.</source>
        <translation>您会议的文字会离开这台电脑，发送到 {host}。</translation>
    </message>
    <message>
        <source>Your meetings leave this computer and are sent to {host}.</source>
        <translation>您的会议会离开这台电脑，发送到 {host}。</translation>
    </message>
    <message>
        <source>Whoever runs that computer can keep and hear or read them. Do this only if everybody may know.</source>
        <translation>管理那台电脑的人可以保存、收听或阅读它们。只有在所有人都可以知道这些内容时才这样做。</translation>
    </message>
    <message>
        <source>Use the server “{name}”?</source>
        <translation>使用服务器“{name}”？</translation>
    </message>
    <message>
        <source>Send to this server</source>
        <translation>发送到此服务器</translation>
    </message>
    <message>
        <source>Keep everything here</source>
        <translation>一切留在本机</translation>
    </message>
    <message>
        <source>{size} become free. It can be downloaded again.</source>
        <translation>将释放 {size}，之后可以重新下载。</translation>
    </message>
    <message>
        <source>It is in use: the best that is left takes its place.</source>
        <translation>它正在使用中：将由其余最好的模型代替。</translation>
    </message>
    <message>
        <source>Remove {model} from this computer?</source>
        <translation>从这台电脑移除 {model}？</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Forget the server “{name}”?</source>
        <translation>忘记服务器“{name}”？</translation>
    </message>
    <message>
        <source>Its address and its key are removed. Meetings run on this computer again.</source>
        <translation>它的地址和密钥将被移除，会议重新在这台电脑上处理。</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Import a model from a folder</source>
        <translation>从文件夹导入模型</translation>
    </message>
    <message>
        <source>Import a model from an archive</source>
        <translation>从压缩包导入模型</translation>
    </message>
    <message>
        <source>Archives</source>
        <translation>压缩包</translation>
    </message>
    <message>
        <source>Correct the words</source>
        <translation>更正文字</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy with names and times</source>
        <translation>连同姓名和时间复制</translation>
    </message>
    <message>
        <source>Highlight</source>
        <translation>高亮</translation>
    </message>
    <message>
        <source>Make an action item</source>
        <translation>设为待办事项</translation>
    </message>
    <message>
        <source>Split here</source>
        <translation>在此处拆分</translation>
    </message>
    <message>
        <source>Join with what follows</source>
        <translation>与下一段合并</translation>
    </message>
    <message>
        <source>Play this</source>
        <translation>播放这一段</translation>
    </message>
    <message>
        <source>Show hidden echoes</source>
        <translation>显示隐藏的回声</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>已逾期</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>{owner}, {column}: {count}</source>
        <translation>{owner}，{column}：{count}</translation>
    </message>
    <message>
        <source>, %n of them overdue</source>
        <translation>，其中 %n 项已逾期</translation>
    </message>
    <message>
        <source>{owner}, {meeting}: {open} open{late}, {done} done</source>
        <translation>{owner}，{meeting}：{open} 项未完成{late}，{done} 项已完成</translation>
    </message>
    <message>
        <source>“{said}”</source>
        <translation>“{said}”</translation>
    </message>
    <message>
        <source>Done: {task}</source>
        <translation>完成：{task}</translation>
    </message>
    <message>
        <source>owner {name}</source>
        <translation>负责人 {name}</translation>
    </message>
    <message>
        <source>overdue since {date}</source>
        <translation>自 {date} 起逾期</translation>
    </message>
    <message>
        <source>due {date}</source>
        <translation>截止 {date}</translation>
    </message>
    <message>
        <source>from {meeting}</source>
        <translation>来自 {meeting}</translation>
    </message>
    <message>
        <source>not found in the transcript</source>
        <translation>文字稿中未找到</translation>
    </message>
    <message>
        <source>{name} in “{meeting}”</source>
        <translation>{name}（“{meeting}”）</translation>
    </message>
    <message>
        <source>Nobody yet</source>
        <translation>尚无负责人</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>本周</translation>
    </message>
    <message>
        <source>Next week</source>
        <translation>下周</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>更晚</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>无日期</translation>
    </message>
    <message>
        <source>{group}, %n items</source>
        <translation>{group}，%n 项</translation>
    </message>
    <message>
        <source>{group}, one item</source>
        <translation>{group}，1 项</translation>
    </message>
    <message>
        <source>%n s</source>
        <translation>%n 秒</translation>
    </message>
    <message>
        <source>%n min</source>
        <translation>%n 分钟</translation>
    </message>
    <message>
        <source>%n h</source>
        <translation>%n 小时</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>about %n s left</source>
        <translation>约剩 %n 秒</translation>
    </message>
    <message>
        <source>about %n min left</source>
        <translation>约剩 %n 分钟</translation>
    </message>
    <message>
        <source>about {length} left</source>
        <translation>约剩 {length}</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>ddd d MMM</source>
        <translation>M月d日 ddd</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <source>MMMM</source>
        <translation>M月</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <translation>yyyy年M月</translation>
    </message>
    <message>
        <source>Reading the recording</source>
        <translation>正在读取录音</translation>
    </message>
    <message>
        <source>Finding speech</source>
        <translation>正在查找语音</translation>
    </message>
    <message>
        <source>Transcribing</source>
        <translation>正在转写</translation>
    </message>
    <message>
        <source>Timing the words</source>
        <translation>正在对齐词语时间</translation>
    </message>
    <message>
        <source>Telling the speakers apart</source>
        <translation>正在区分说话人</translation>
    </message>
    <message>
        <source>Writing the minutes</source>
        <translation>正在撰写纪要</translation>
    </message>
    <message>
        <source>The models stopped unexpectedly.</source>
        <translation>模型意外停止了。</translation>
    </message>
    <message>
        <source>What was finished is kept. Try again; if it happens again, close other programs first.</source>
        <translation>已完成的部分都已保留。请重试；如果再次发生，请先关闭其他程序。</translation>
    </message>
    <message>
        <source>Something went wrong inside Folkmoot.</source>
        <translation>Folkmoot 内部出了问题。</translation>
    </message>
    <message>
        <source>What was finished is kept. Try again.</source>
        <translation>已完成的部分都已保留。请重试。</translation>
    </message>
    <message>
        <source>Choose another source of models in the settings under Advanced, or import the model from a disk.</source>
        <translation>请在设置的“高级”中选择其他下载来源，或从磁盘导入模型。</translation>
    </message>
    <message>
        <source>Look under Models, at the other computers.</source>
        <translation>请在“模型”中查看其他电脑。</translation>
    </message>
    <message>
        <source>Look under Models: there it can be downloaded or imported, or another one chosen.</source>
        <translation>请查看“模型”：可以在那里下载、导入或选择其他模型。</translation>
    </message>
    <message>
        <source>Arabic</source>
        <translation>阿拉伯语</translation>
    </message>
    <message>
        <source>Cantonese</source>
        <translation>粤语</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>中文</translation>
    </message>
    <message>
        <source>Czech</source>
        <translation>捷克语</translation>
    </message>
    <message>
        <source>Danish</source>
        <translation>丹麦语</translation>
    </message>
    <message>
        <source>Dutch</source>
        <translation>荷兰语</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>Filipino</source>
        <translation>菲律宾语</translation>
    </message>
    <message>
        <source>Finnish</source>
        <translation>芬兰语</translation>
    </message>
    <message>
        <source>French</source>
        <translation>法语</translation>
    </message>
    <message>
        <source>German</source>
        <translation>德语</translation>
    </message>
    <message>
        <source>Greek</source>
        <translation>希腊语</translation>
    </message>
    <message>
        <source>Hindi</source>
        <translation>印地语</translation>
    </message>
    <message>
        <source>Hungarian</source>
        <translation>匈牙利语</translation>
    </message>
    <message>
        <source>Indonesian</source>
        <translation>印度尼西亚语</translation>
    </message>
    <message>
        <source>Italian</source>
        <translation>意大利语</translation>
    </message>
    <message>
        <source>Japanese</source>
        <translation>日语</translation>
    </message>
    <message>
        <source>Korean</source>
        <translation>韩语</translation>
    </message>
    <message>
        <source>Macedonian</source>
        <translation>马其顿语</translation>
    </message>
    <message>
        <source>Malay</source>
        <translation>马来语</translation>
    </message>
    <message>
        <source>Persian</source>
        <translation>波斯语</translation>
    </message>
    <message>
        <source>Polish</source>
        <translation>波兰语</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>葡萄牙语</translation>
    </message>
    <message>
        <source>Romanian</source>
        <translation>罗马尼亚语</translation>
    </message>
    <message>
        <source>Russian</source>
        <translation>俄语</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>西班牙语</translation>
    </message>
    <message>
        <source>Swedish</source>
        <translation>瑞典语</translation>
    </message>
    <message>
        <source>Thai</source>
        <translation>泰语</translation>
    </message>
    <message>
        <source>Turkish</source>
        <translation>土耳其语</translation>
    </message>
    <message>
        <source>Vietnamese</source>
        <translation>越南语</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Computer sound</source>
        <translation>电脑声音</translation>
    </message>
    <message>
        <source>The computer slept for {length}</source>
        <translation>电脑曾休眠 {length}</translation>
    </message>
    <message>
        <source>{length} missing from the microphone</source>
        <translation>麦克风缺少 {length} 的声音</translation>
    </message>
    <message>
        <source>{length} missing from the computer’s sound</source>
        <translation>电脑声音缺少 {length}</translation>
    </message>
    <message>
        <source>{length} of sound missing</source>
        <translation>缺少 {length} 的声音</translation>
    </message>
    <message>
        <source>{length} of speech from the microphone could not be written down</source>
        <translation>麦克风中有 {length} 的话未能写下</translation>
    </message>
    <message>
        <source>{length} of speech from the computer’s sound could not be written down</source>
        <translation>电脑声音中有 {length} 的话未能写下</translation>
    </message>
    <message>
        <source>{length} of speech could not be written down</source>
        <translation>有 {length} 的话未能写下</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Paused for {length}</source>
        <translation>暂停了 {length}</translation>
    </message>
    <message>
        <source>%n people</source>
        <translation>%n 人</translation>
    </message>
    <message>
        <source>Being recorded</source>
        <translation>正在录制</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>被中断</translation>
    </message>
    <message>
        <source>Not finished: something went wrong</source>
        <translation>未完成：出了点问题</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Written down, with its minutes, by a server: {server}</source>
        <translation>文字和纪要均由服务器完成：{server}</translation>
    </message>
    <message>
        <source>Written down by a server: {server}</source>
        <translation>文字由服务器写下：{server}</translation>
    </message>
    <message>
        <source>Minutes by a server: {server}</source>
        <translation>纪要由服务器撰写：{server}</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Tell me when minutes are ready or something went wrong while I look elsewhere.</source>
        <translation>当我没有看着窗口时，纪要完成或出现问题请告诉我。</translation>
    </message>
    <message>
        <source>Icon in the tray</source>
        <translation>系统托盘图标</translation>
    </message>
    <message>
        <source>Start, pause and stop recordings from the system’s tray.</source>
        <translation>从系统托盘开始、暂停和停止录音。</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门步骤</translation>
    </message>
    <message>
        <source>Privacy, sound check, models and the sample meeting, once more.</source>
        <translation>再看一遍隐私说明、声音检查、模型和示例会议。</translation>
    </message>
    <message>
        <source>Open the first steps</source>
        <translation>打开入门步骤</translation>
    </message>
    <message>
        <source>welcome introduction</source>
        <translation>欢迎 介绍 入门</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>What you say is recorded from here. It is yours alone, so the words are known to be yours.</source>
        <translation>从这里录下您说的话。它只属于您，所以这些话会标为您说的。</translation>
    </message>
    <message>
        <source>input device headset</source>
        <translation>输入 设备 耳机 麦克风</translation>
    </message>
    <message>
        <source>Sound of this computer</source>
        <translation>本机声音</translation>
    </message>
    <message>
        <source>What the others in a call say is recorded from here.</source>
        <translation>从这里录下通话中其他人说的话。</translation>
    </message>
    <message>
        <source>output device loudspeaker headphones</source>
        <translation>输出 设备 扬声器 耳机</translation>
    </message>
    <message>
        <source>Keep recordings as</source>
        <translation>录音保存格式</translation>
    </message>
    <message>
        <source>How a finished recording is packed. Nothing is removed before the packed one was read back.</source>
        <translation>录音完成后如何压缩。在读回并核对压缩文件之前，不会删除任何内容。</translation>
    </message>
    <message>
        <source>Small (Opus)</source>
        <translation>小文件（Opus）</translation>
    </message>
    <message>
        <source>Lossless (FLAC)</source>
        <translation>无损（FLAC）</translation>
    </message>
    <message>
        <source>As recorded (WAV, large)</source>
        <translation>保持原样（WAV，较大）</translation>
    </message>
    <message>
        <source>format compression quality</source>
        <translation>格式 压缩 音质</translation>
    </message>
    <message>
        <source>The device of last time</source>
        <translation>上次使用的设备</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Do not record</source>
        <translation>不录制</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>转写</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>语音模型</translation>
    </message>
    <message>
        <source>What writes down the words. Larger models make fewer mistakes and take longer.</source>
        <translation>负责写下所说的话。模型越大，错误越少，用时越长。</translation>
    </message>
    <message>
        <source>Choose in Models</source>
        <translation>在“模型”中选择</translation>
    </message>
    <message>
        <source>Language of meetings</source>
        <translation>会议语言</translation>
    </message>
    <message>
        <source>Found out from the sound unless you say that it is always the same.</source>
        <translation>默认从声音中判断，除非您指定始终使用同一种语言。</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>自动判断</translation>
    </message>
    <message>
        <source>Words while recording</source>
        <translation>录音时显示文字</translation>
    </message>
    <message>
        <source>Show what is said while it is said. Without it, it is written down after the recording.</source>
        <translation>边说边显示文字。关闭后，文字在录音结束后写出。</translation>
    </message>
    <message>
        <source>live text captions subtitles</source>
        <translation>实时 字幕 转写</translation>
    </message>
    <message>
        <source>Several languages in one meeting</source>
        <translation>同一会议使用多种语言</translation>
    </message>
    <message>
        <source>Write each sentence in the language it was said in, not all in the one most is said in.</source>
        <translation>每句话都用它本来的语言写下，而不是全部用会议的主要语言。</translation>
    </message>
    <message>
        <source>mixed multilingual</source>
        <translation>混合 多语言</translation>
    </message>
    <message>
        <source>Names and terms</source>
        <translation>名称和术语</translation>
    </message>
    <message>
        <source>One on each line: people, products, places. The speech model is told how they are written.</source>
        <translation>每行一个：人名、产品、地点。语音模型会知道它们的写法。</translation>
    </message>
    <message>
        <source>glossary vocabulary words spelling</source>
        <translation>词汇 术语 名称 拼写</translation>
    </message>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>How speakers are told apart</source>
        <translation>区分说话人的方式</translation>
    </message>
    <message>
        <source>The built-in way needs no download. A model for it makes fewer mistakes when people interrupt.</source>
        <translation>内置方式无需下载。使用专门的模型，在有人插话时错误更少。</translation>
    </message>
    <message>
        <source>diarization voices</source>
        <translation>说话人 区分 声音</translation>
    </message>
    <message>
        <source>Remember voices</source>
        <translation>记住声音</translation>
    </message>
    <message>
        <source>When you name a speaker, the voice may be known again in later meetings.</source>
        <translation>您为说话人命名后，以后的会议可以再次认出这个声音。</translation>
    </message>
    <message>
        <source>voiceprints recognise consent</source>
        <translation>声纹 识别 同意</translation>
    </message>
    <message>
        <source>People whose voices are known</source>
        <translation>已知声音的人</translation>
    </message>
    <message>
        <source>They are named by themselves in new meetings. Their voices are stored on this computer only.</source>
        <translation>在新会议中会建议他们的名字。他们的声音只保存在这台电脑上。</translation>
    </message>
    <message>
        <source>voiceprints names forget rename</source>
        <translation>声纹 姓名 忘记 重命名</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Model for the minutes</source>
        <translation>纪要模型</translation>
    </message>
    <message>
        <source>What writes the summary, decisions and action items.</source>
        <translation>负责撰写摘要、决定和待办事项。</translation>
    </message>
    <message>
        <source>Template of the minutes</source>
        <translation>纪要模板</translation>
    </message>
    <message>
        <source>What minutes look for, unless another template is chosen for a meeting.</source>
        <translation>纪要关注的内容，除非为某个会议另选模板。</translation>
    </message>
    <message>
        <source>kind stand-up one-to-one interview lecture sales customer call project</source>
        <translation>类型 站会 一对一 面谈 访谈 讲座 销售 客户 通话 项目</translation>
    </message>
    <message>
        <source>Language of the minutes</source>
        <translation>纪要语言</translation>
    </message>
    <message>
        <source>Minutes that are written from now on. Written ones stay as they are.</source>
        <translation>用于此后撰写的纪要，已写好的保持不变。</translation>
    </message>
    <message>
        <source>That of the meeting</source>
        <translation>与会议相同</translation>
    </message>
    <message>
        <source>translate</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>Folder of the meetings</source>
        <translation>会议所在的文件夹</translation>
    </message>
    <message>
        <source>Recordings, transcripts and minutes are here, and nowhere else.</source>
        <translation>录音、文字稿和纪要都在这里，别处没有。</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>data library location backup</source>
        <translation>数据 位置 备份</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>清空废纸篓</translation>
    </message>
    <message>
        <source>Meetings in the trash are removed for good after this time, unless their work is not finished.</source>
        <translation>废纸篓中的会议在这段时间后彻底删除，尚未处理完的除外。</translation>
    </message>
    <message>
        <source>retention delete remove keep</source>
        <translation>保留 删除 清除</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>After a year</source>
        <translation>一年后</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Everything that has a key of its own.</source>
        <translation>所有带有快捷键的操作。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>浅色或深色</translation>
    </message>
    <message>
        <source>Folkmoot follows the system unless you choose.</source>
        <translation>除非您另行选择，Folkmoot 会跟随系统。</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>theme colours night mode</source>
        <translation>主题 颜色 夜间模式</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Of transcripts and minutes. Larger and smaller are in the View menu, too.</source>
        <translation>文字稿和纪要的文字。“视图”菜单中也可以放大和缩小。</translation>
    </message>
    <message>
        <source>zoom font large small</source>
        <translation>缩放 字体 字号 放大 缩小</translation>
    </message>
    <message>
        <source>Language of this window</source>
        <translation>窗口语言</translation>
    </message>
    <message>
        <source>Folkmoot speaks it from its next start. What meetings are spoken in is chosen under Transcription.</source>
        <translation>下次启动 Folkmoot 时生效。会议所说的语言在“转写”中选择。</translation>
    </message>
    <message>
        <source>interface language Chinese English 中文</source>
        <translation>界面 语言 中文 英文</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>立即重启</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>模型的下载来源</translation>
    </message>
    <message>
        <source>If one site cannot be reached from your network, take another. Automatic is Hugging Face, or what HF_ENDPOINT says. Checksums are compared in any case.</source>
        <translation>如果您的网络无法访问某个站点，可以换用另一个。“自动”即 Hugging Face，或 HF_ENDPOINT 指定的地址。无论从哪里下载，都会核对校验和。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Hugging Face</source>
        <translation>Hugging Face</translation>
    </message>
    <message>
        <source>ModelScope</source>
        <translation>ModelScope（魔搭）</translation>
    </message>
    <message>
        <source>A mirror of Hugging Face</source>
        <translation>Hugging Face 镜像</translation>
    </message>
    <message>
        <source>hub download proxy mirror</source>
        <translation>下载 代理 镜像</translation>
    </message>
    <message>
        <source>Address of the mirror</source>
        <translation>镜像地址</translation>
    </message>
    <message>
        <source>Such as https://hf-mirror.com.</source>
        <translation>例如 https://hf-mirror.com。</translation>
    </message>
    <message>
        <source>Free the memory of models</source>
        <translation>释放模型占用的内存</translation>
    </message>
    <message>
        <source>How long after a job models stay loaded. The next job begins sooner while they are.</source>
        <translation>任务完成后模型保留多久。保留期间，下一个任务开始得更快。</translation>
    </message>
    <message>
        <source>memory unload keep</source>
        <translation>内存 卸载 保留</translation>
    </message>
    <message>
        <source>File of the settings</source>
        <translation>设置文件</translation>
    </message>
    <message>
        <source>It can be edited by hand while Folkmoot is closed.</source>
        <translation>Folkmoot 关闭时可以手动编辑。</translation>
    </message>
    <message>
        <source>Never while the window is open</source>
        <translation>窗口打开期间不释放</translation>
    </message>
    <message>
        <source>After {time}</source>
        <translation>{time}后</translation>
    </message>
    <message>
        <source>Stand-up</source>
        <translation>站会</translation>
    </message>
    <message>
        <source>One-to-one</source>
        <translation>一对一</translation>
    </message>
    <message>
        <source>Interview</source>
        <translation>访谈</translation>
    </message>
    <message>
        <source>Lecture</source>
        <translation>讲座</translation>
    </message>
    <message>
        <source>Sales or customer call</source>
        <translation>销售或客户通话</translation>
    </message>
    <message>
        <source>Project or decision meeting</source>
        <translation>项目或决策会议</translation>
    </message>
    <message>
        <source>Me</source>
        <translation>我</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他人</translation>
    </message>
    <message>
        <source>Speaker {number}</source>
        <translation>说话人 {number}</translation>
    </message>
</context>
<context>
    <name>ActionDelegate</name>
    <message>
        <source>Who</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>ActionItems</name>
    <message>
        <source>Who does it?</source>
        <translation>由谁来做？</translation>
    </message>
    <message>
        <source>Not done yet</source>
        <translation>尚未完成</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Change the date…</source>
        <translation>更改日期…</translation>
    </message>
    <message>
        <source>Change who does it…</source>
        <translation>更改负责人…</translation>
    </message>
    <message>
        <source>Go to the meeting</source>
        <translation>转到会议</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>ActionList</name>
    <message>
        <source>Action items</source>
        <translation>待办事项</translation>
    </message>
</context>
<context>
    <name>ActionMatrix</name>
    <message>
        <source>Who does what</source>
        <translation>责任矩阵</translation>
    </message>
</context>
<context>
    <name>ActionsPage</name>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Who does what</source>
        <translation>责任矩阵</translation>
    </message>
    <message>
        <source>Copy the list</source>
        <translation>复制列表</translation>
    </message>
    <message>
        <source>Which action items</source>
        <translation>显示哪些待办事项</translation>
    </message>
    <message>
        <source>Whose action items</source>
        <translation>谁的待办事项</translation>
    </message>
    <message>
        <source>Grouped by</source>
        <translation>分组方式</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>已逾期</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Open and done</source>
        <translation>未完成和已完成</translation>
    </message>
    <message>
        <source>By date</source>
        <translation>按日期</translation>
    </message>
    <message>
        <source>By person</source>
        <translation>按人</translation>
    </message>
    <message>
        <source>By meeting</source>
        <translation>按会议</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Only from “{meeting}”: show all meetings</source>
        <translation>仅来自“{meeting}”：显示所有会议</translation>
    </message>
    <message>
        <source>No action items yet</source>
        <translation>还没有待办事项</translation>
    </message>
    <message>
        <source>What people say they will do is found in the minutes of your meetings and listed here.</source>
        <translation>会议纪要会找出大家答应要做的事，并列在这里。</translation>
    </message>
    <message>
        <source>Everything is done</source>
        <translation>全部完成</translation>
    </message>
    <message>
        <source>Nothing is open in any of your meetings.</source>
        <translation>您的会议中没有未完成的事项。</translation>
    </message>
    <message>
        <source>Nothing like that</source>
        <translation>没有符合的事项</translation>
    </message>
    <message>
        <source>No action item is the one you are looking for.</source>
        <translation>没有您要找的待办事项。</translation>
    </message>
</context>
<context>
    <name>ActionsViewModel</name>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n 项未完成</numerusform>
        </translation>
    </message>
    <message>
        <source>{open}, {late} of them overdue</source>
        <translation>{open}，其中 {late} 项已逾期</translation>
    </message>
    <message>
        <source>tick off</source>
        <translation>勾选完成</translation>
    </message>
    <message>
        <source>take the tick away</source>
        <translation>取消勾选</translation>
    </message>
    <message>
        <source>change the date</source>
        <translation>更改日期</translation>
    </message>
    <message>
        <source>change who does it</source>
        <translation>更改负责人</translation>
    </message>
    <message>
        <source>This action item has been replaced since.</source>
        <translation>此待办事项已被替换。</translation>
    </message>
    <message>
        <source>Nothing was changed. Look at the meeting’s minutes again.</source>
        <translation>没有任何更改。请重新查看该会议的纪要。</translation>
    </message>
</context>
<context>
    <name>AsideList</name>
    <message>
        <source>Notes and bookmarks</source>
        <translation>笔记和书签</translation>
    </message>
</context>
<context>
    <name>Banners</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>This meeting is being recorded by another Folkmoot</source>
        <translation>另一个 Folkmoot 正在录制此会议</translation>
    </message>
    <message>
        <source>This recording was interrupted</source>
        <translation>此录音曾被中断</translation>
    </message>
    <message>
        <source>It is safe.</source>
        <translation>它是安全的。</translation>
    </message>
    <message>
        <source>Write it down</source>
        <translation>写成文字</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>出了点问题。</translation>
    </message>
    <message>
        <source>This recording is not written down yet</source>
        <translation>此录音尚未写成文字</translation>
    </message>
    <message>
        <source>This meeting is not finished</source>
        <translation>此会议尚未处理完</translation>
    </message>
    <message>
        <source>Still to do: {step}. What was finished is kept.</source>
        <translation>还需完成：{step}。已完成的部分都已保留。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Begins when the meeting before it is finished.</source>
        <translation>前一个会议处理完后开始。</translation>
    </message>
    <message>
        <source>The last words of the recording are being written down.</source>
        <translation>正在写下录音的最后几句话。</translation>
    </message>
    <message>
        <source>Begins when the recording has ended.</source>
        <translation>录音结束后开始。</translation>
    </message>
    <message>
        <source>Begins when the queue goes on.</source>
        <translation>任务继续后开始。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>What was finished is kept.</source>
        <translation>已完成的部分都已保留。</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
</context>
<context>
    <name>CatchUpCard</name>
    <message>
        <source>So far</source>
        <translation>目前为止</translation>
    </message>
    <message>
        <source>Close what was said so far</source>
        <translation>关闭前情提要</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>再次询问</translation>
    </message>
    <message>
        <source>Minutes so far</source>
        <translation>目前的纪要</translation>
    </message>
    <message>
        <source>up to {time}</source>
        <translation>截至 {time}</translation>
    </message>
    <message>
        <source>Reading what was said</source>
        <translation>正在阅读已说的内容</translation>
    </message>
    <message>
        <source>Nothing that belongs into minutes has been said yet.</source>
        <translation>目前还没有需要写进纪要的内容。</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Action items</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>Open questions</source>
        <translation>待解决的问题</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>撤销：{what}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Redo: {what}</source>
        <translation>重做：{what}</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
</context>
<context>
    <name>Corrections</name>
    <message>
        <source>correct the words</source>
        <translation>更正文字</translation>
    </message>
    <message>
        <source>These words have been replaced since.</source>
        <translation>这段文字已被替换。</translation>
    </message>
    <message>
        <source>Nothing was changed. Look at them again and correct them as they are now.</source>
        <translation>没有任何更改。请重新查看并按现在的内容更正。</translation>
    </message>
    <message>
        <source>split the words</source>
        <translation>拆分段落</translation>
    </message>
    <message>
        <source>join the words</source>
        <translation>合并段落</translation>
    </message>
    <message>
        <source>change the speaker</source>
        <translation>更改说话人</translation>
    </message>
    <message>
        <source>change the speaker from here on</source>
        <translation>从此处起更改说话人</translation>
    </message>
    <message>
        <source>rename the speaker</source>
        <translation>重命名说话人</translation>
    </message>
    <message>
        <source>merge the speakers</source>
        <translation>合并说话人</translation>
    </message>
    <message>
        <source>accept the name</source>
        <translation>采用名字</translation>
    </message>
    <message>
        <source>dismiss the name</source>
        <translation>忽略名字</translation>
    </message>
    <message>
        <source>highlight</source>
        <translation>高亮</translation>
    </message>
    <message>
        <source>add an action item</source>
        <translation>添加待办事项</translation>
    </message>
    <message>
        <source>Added to the action items</source>
        <translation>已添加到待办事项</translation>
    </message>
</context>
<context>
    <name>DamagedMeeting</name>
    <message>
        <source>Show its folder</source>
        <translation>显示其文件夹</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移到废纸篓</translation>
    </message>
    <message>
        <source>Its sound may still be in its folder. Import it from there as a recording, and it is written down once more. All other meetings are as they were.</source>
        <translation>它的声音可能还在其文件夹中。请从那里作为录音导入，即可重新写成文字。其他会议均不受影响。</translation>
    </message>
    <message>
        <source>Its folder is gone, too. If you have a backup of the library, bring it back and try again. All other meetings are as they were.</source>
        <translation>它的文件夹也不见了。如果您有会议库的备份，请先恢复备份，然后重试。其他会议均不受影响。</translation>
    </message>
</context>
<context>
    <name>DateCard</name>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>Next Monday</source>
        <translation>下周一</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>无日期</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Action items</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>The list is on the clipboard.</source>
        <translation>列表已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>DownloadsNote</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Downloading models: {done} of {total}</source>
        <translation>正在下载模型：{done} / {total}</translation>
    </message>
    <message>
        <source>{model} was not downloaded.</source>
        <translation>{model} 未能下载。</translation>
    </message>
    <message numerus="yes">
        <source>%n models were not downloaded.</source>
        <translation>
            <numerusform>%n 个模型未能下载。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to import</source>
        <translation>松开即可导入</translation>
    </message>
</context>
<context>
    <name>DueChip</name>
    <message>
        <source>Due: {date}, which is over</source>
        <translation>截止：{date}，已过期</translation>
    </message>
    <message>
        <source>Due: {date}</source>
        <translation>截止：{date}</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Import a recording</source>
        <translation>导入录音</translation>
    </message>
    <message>
        <source>Try the sample meeting</source>
        <translation>试用示例会议</translation>
    </message>
    <message>
        <source>No meetings yet</source>
        <translation>还没有会议</translation>
    </message>
    <message>
        <source>Record a meeting, or drop an audio or video file on this window. Folkmoot writes down who said what and makes the minutes. Nothing leaves this computer.</source>
        <translation>录制会议，或将音频、视频文件拖到此窗口。Folkmoot 会写下谁说了什么，并生成纪要。任何内容都不会离开这台电脑。</translation>
    </message>
</context>
<context>
    <name>FiledLine</name>
    <message>
        <source>Show the meetings in the folder “{name}”</source>
        <translation>显示文件夹“{name}”中的会议</translation>
    </message>
    <message>
        <source>Show the meetings with the tag “{name}”</source>
        <translation>显示带有标签“{name}”的会议</translation>
    </message>
    <message numerus="yes">
        <source>%n more folders and tags</source>
        <translation>
            <numerusform>另有 %n 个文件夹和标签</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Filing</name>
    <message>
        <source>Remove from the favourites</source>
        <translation>从收藏中移除</translation>
    </message>
    <message>
        <source>Add to the favourites</source>
        <translation>添加到收藏</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>无文件夹</translation>
    </message>
    <message>
        <source>New folder “{name}”</source>
        <translation>新建文件夹“{name}”</translation>
    </message>
    <message>
        <source>Move to which folder? A new one may be inside another: Clients/Acme</source>
        <translation>移到哪个文件夹？新文件夹可以在另一个文件夹中：客户/宏图</translation>
    </message>
    <message>
        <source>New tag “{name}”</source>
        <translation>新建标签“{name}”</translation>
    </message>
    <message>
        <source>Add or remove which tag?</source>
        <translation>添加或移除哪个标签？</translation>
    </message>
    <message>
        <source>“{title}” is in the trash</source>
        <translation>“{title}”已在废纸篓中</translation>
    </message>
    <message numerus="yes">
        <source>%n meetings are in the trash</source>
        <translation>
            <numerusform>%n 个会议已在废纸篓中</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message numerus="yes">
        <source>Copied %n meetings as Markdown</source>
        <translation>
            <numerusform>已将 %n 个会议复制为 Markdown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n meetings to “{folder}”</source>
        <translation>
            <numerusform>已将 %n 个会议导出到“{folder}”</numerusform>
        </translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Rename the folder…</source>
        <translation>重命名文件夹…</translation>
    </message>
    <message>
        <source>Rename the tag…</source>
        <translation>重命名标签…</translation>
    </message>
    <message>
        <source>Remove the folder</source>
        <translation>移除文件夹</translation>
    </message>
    <message>
        <source>Remove the tag</source>
        <translation>移除标签</translation>
    </message>
    <message>
        <source>Rename to “{name}”</source>
        <translation>重命名为“{name}”</translation>
    </message>
    <message>
        <source>New name of “{name}”</source>
        <translation>“{name}”的新名称</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this meeting</source>
        <translation>在此会议中查找</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Replace all</source>
        <translation>全部替换</translation>
    </message>
    <message>
        <source>Everywhere in the transcript and in the minutes</source>
        <translation>文字稿和纪要中的所有位置</translation>
    </message>
</context>
<context>
    <name>Finder</name>
    <message>
        <source>Nothing found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>{number} of {all}</source>
        <translation>第 {number} 个，共 {all} 个</translation>
    </message>
    <message>
        <source>replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>replace all</source>
        <translation>全部替换</translation>
    </message>
    <message>
        <source>Replaced once</source>
        <translation>已替换一次</translation>
    </message>
    <message numerus="yes">
        <source>Replaced in %n places</source>
        <translation>
            <numerusform>已替换 %n 处</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>This step can no longer be taken back.</source>
        <translation>此步骤已无法撤销。</translation>
    </message>
    <message>
        <source>What it changed has been replaced since. Nothing was touched.</source>
        <translation>它更改的内容之后已被替换。未做任何改动。</translation>
    </message>
</context>
<context>
    <name>ItemRow</name>
    <message>
        <source>Done: {task}</source>
        <translation>完成：{task}</translation>
    </message>
    <message>
        <source>Not found in the transcript: please check</source>
        <translation>文字稿中未找到：请核对</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Say who does it</source>
        <translation>指定负责人</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Choose a date</source>
        <translation>选择日期</translation>
    </message>
    <message>
        <source>It is right</source>
        <translation>内容正确</translation>
    </message>
    <message>
        <source>Show in the transcript at {time}</source>
        <translation>在文字稿中显示 {time}</translation>
    </message>
    <message>
        <source>Change the words</source>
        <translation>更改文字</translation>
    </message>
    <message>
        <source>Who does it?</source>
        <translation>由谁来做？</translation>
    </message>
    <message>
        <source>Who does it…</source>
        <translation>由谁来做…</translation>
    </message>
    <message>
        <source>Choose a date…</source>
        <translation>选择日期…</translation>
    </message>
    <message>
        <source>Begin at {time}</source>
        <translation>改为从 {time} 开始</translation>
    </message>
    <message>
        <source>Play what was said</source>
        <translation>播放原话</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>JobCard</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A meeting</source>
        <translation>会议</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Earlier: {title}</source>
        <translation>提前：{title}</translation>
    </message>
    <message>
        <source>Later: {title}</source>
        <translation>推后：{title}</translation>
    </message>
    <message>
        <source>Cancel: {title}</source>
        <translation>取消：{title}</translation>
    </message>
    <message>
        <source>Open: {title}</source>
        <translation>打开：{title}</translation>
    </message>
</context>
<context>
    <name>JobsPage</name>
    <message>
        <source>Pause all</source>
        <translation>全部暂停</translation>
    </message>
    <message>
        <source>Nothing yet.</source>
        <translation>今天还没有。</translation>
    </message>
    <message>
        <source>Nothing to do</source>
        <translation>没有任务</translation>
    </message>
    <message>
        <source>Nothing waits, and nothing was done today. Meetings that are recorded or imported are processed one after another, and are seen here.</source>
        <translation>没有等待处理的会议，今天也没有处理过会议。录制或导入的会议会逐个处理，并显示在这里。</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Went wrong</source>
        <translation>出错</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Continue all</source>
        <translation>全部继续</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>今天已完成</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>JobsViewModel</name>
    <message>
        <source>Paused. Nothing is lost: each meeting goes on where it was.</source>
        <translation>已暂停。没有任何丢失：每个会议都会从原处继续。</translation>
    </message>
    <message>
        <source>Waiting until the recording is over: it gets all there is.</source>
        <translation>等待录音结束：录音期间优先使用全部性能。</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>出了点问题。</translation>
    </message>
    <message>
        <source>What was finished is kept. Try again.</source>
        <translation>已完成的部分都已保留。请重试。</translation>
    </message>
    <message>
        <source>Not begun</source>
        <translation>尚未开始</translation>
    </message>
    <message>
        <source>Begun, not finished</source>
        <translation>已开始，未完成</translation>
    </message>
    <message>
        <source>Done, in {time}</source>
        <translation>已完成，用时 {time}</translation>
    </message>
</context>
<context>
    <name>LibraryProblem</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>LibraryViewModel</name>
    <message>
        <source>rename the meeting</source>
        <translation>重命名会议</translation>
    </message>
    <message numerus="yes">
        <source>%n more could not be imported either.</source>
        <translation>
            <numerusform>另有 %n 个也无法导入。</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no recording in this folder.</source>
        <translation>此文件夹中没有录音。</translation>
    </message>
    <message>
        <source>Choose an audio or video file.</source>
        <translation>请选择音频或视频文件。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Not finished: something went wrong</source>
        <translation>未完成：出了点问题</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
</context>
<context>
    <name>Listening</name>
    <message>
        <source>Pictures</source>
        <translation>图示</translation>
    </message>
    <message>
        <source>Play this into the recording?</source>
        <translation>要把播放的内容录进去吗？</translation>
    </message>
    <message>
        <source>The sound of this computer is being recorded. What you play now is recorded, too, and its words will stand in the new transcript.</source>
        <translation>正在录制电脑声音。现在播放的内容也会被录下，其中的话会出现在新的文字稿里。</translation>
    </message>
    <message>
        <source>Play anyway</source>
        <translation>仍然播放</translation>
    </message>
    <message>
        <source>Do not play</source>
        <translation>不播放</translation>
    </message>
</context>
<context>
    <name>LivePane</name>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Catch me up</source>
        <translation>前情提要</translation>
    </message>
    <message>
        <source>Minutes of what was said so far</source>
        <translation>目前所说内容的纪要</translation>
    </message>
</context>
<context>
    <name>LiveTranscript</name>
    <message>
        <source>Live text</source>
        <translation>实时文字</translation>
    </message>
    <message>
        <source>Newest words</source>
        <translation>最新的文字</translation>
    </message>
</context>
<context>
    <name>LiveViewModel</name>
    <message>
        <source>Getting ready</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>Starting again; what is said meanwhile follows</source>
        <translation>正在重新启动，期间所说的话随后补上</translation>
    </message>
    <message>
        <source>{time} behind; nothing is lost</source>
        <translation>落后 {time}，没有任何丢失</translation>
    </message>
    <message>
        <source>The recording goes on; everything is written down afterwards.</source>
        <translation>录音继续进行，所有内容会在结束后写下。</translation>
    </message>
    <message>
        <source>Live text stopped.</source>
        <translation>实时文字已停止。</translation>
    </message>
    <message>
        <source>The words appear here as they are spoken, in a moment.</source>
        <translation>稍等片刻，边说边出现文字。</translation>
    </message>
    <message>
        <source>The words appear here as they are spoken.</source>
        <translation>边说边在这里出现文字。</translation>
    </message>
    <message>
        <source>Me</source>
        <translation>我</translation>
    </message>
    <message>
        <source>Speaker {number}</source>
        <translation>说话人 {number}</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他人</translation>
    </message>
    <message>
        <source>Somebody</source>
        <translation>某人</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>没有写出任何内容。</translation>
    </message>
</context>
<context>
    <name>MachineCard</name>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新检测</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>1 core</source>
        <translation>1 个核心</translation>
    </message>
    <message numerus="yes">
        <source>%n cores</source>
        <translation>
            <numerusform>%n 个核心</numerusform>
        </translation>
    </message>
    <message>
        <source>{total}, of which {free} are free</source>
        <translation>共 {total}，可用 {free}</translation>
    </message>
    <message>
        <source>None that can be used; the processor does the work</source>
        <translation>没有可用的显卡，由处理器完成工作</translation>
    </message>
    <message>
        <source>{free} free</source>
        <translation>可用 {free}</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Download {size} and use them</source>
        <translation>下载 {size} 并使用</translation>
    </message>
    <message>
        <source>Use them</source>
        <translation>使用这些模型</translation>
    </message>
    <message>
        <source>Finding out what fits this computer</source>
        <translation>正在检测适合这台电脑的模型</translation>
    </message>
    <message>
        <source>This takes some seconds.</source>
        <translation>需要几秒钟。</translation>
    </message>
    <message>
        <source>You use what is recommended for this computer</source>
        <translation>您正在使用适合这台电脑的推荐模型</translation>
    </message>
    <message>
        <source>Recommended here: {models}</source>
        <translation>推荐：{models}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Copied as Markdown</source>
        <translation>已复制为 Markdown</translation>
    </message>
    <message>
        <source>Saved as {name} in “{folder}”</source>
        <translation>已保存为“{folder}”中的 {name}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>What would you like to do, or which meeting?</source>
        <translation>您想做什么，或打开哪个会议？</translation>
    </message>
</context>
<context>
    <name>MeetingList</name>
    <message numerus="yes">
        <source>%n meetings</source>
        <translation>
            <numerusform>%n 个会议</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MeetingListModel</name>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
</context>
<context>
    <name>MeetingPage</name>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Find in this meeting</source>
        <translation>在此会议中查找</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export as Markdown</source>
        <translation>导出为 Markdown</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>文字稿</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Transcript and minutes side by side</source>
        <translation>文字稿和纪要并排显示</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Copied as Markdown</source>
        <translation>已复制为 Markdown</translation>
    </message>
    <message>
        <source>The minutes appear here when the words are written down.</source>
        <translation>文字写好后，纪要会出现在这里。</translation>
    </message>
    <message>
        <source>There are no minutes yet.</source>
        <translation>还没有纪要。</translation>
    </message>
</context>
<context>
    <name>MeetingViewModel</name>
    <message>
        <source>1 speaker</source>
        <translation>1 位说话人</translation>
    </message>
    <message numerus="yes">
        <source>%n speakers</source>
        <translation>
            <numerusform>%n 位说话人</numerusform>
        </translation>
    </message>
    <message>
        <source>Packing the recording</source>
        <translation>正在压缩录音</translation>
    </message>
    <message>
        <source>The words can be corrected when everything is written down.</source>
        <translation>全部写好后即可更正文字。</translation>
    </message>
    <message>
        <source>The words appear here as they are understood.</source>
        <translation>识别出的文字会出现在这里。</translation>
    </message>
    <message>
        <source>Somebody speaks in this recording, but nothing could be written down.</source>
        <translation>这段录音中有人说话，但没能写下任何内容。</translation>
    </message>
    <message>
        <source>Nobody speaks in this recording.</source>
        <translation>这段录音中没有人说话。</translation>
    </message>
    <message>
        <source>The words appear here when the recording is written down.</source>
        <translation>录音写成文字后会出现在这里。</translation>
    </message>
</context>
<context>
    <name>MemoryCard</name>
    <message>
        <source>What the models themselves take. While they work they need more.</source>
        <translation>模型本身占用的内存。工作时需要更多。</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>在处理器上</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>在显卡上</translation>
    </message>
    <message>
        <source>in 32 bits</source>
        <translation>32 位</translation>
    </message>
    <message>
        <source>in 16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>in 8 bits</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>in 4 bits</source>
        <translation>4 位</translation>
    </message>
    <message>
        <source>{model} · {size} · {place} · {precision}</source>
        <translation>{model} · {size} · {place} · {precision}</translation>
    </message>
    <message>
        <source>on the graphics card ({device})</source>
        <translation>在显卡上（{device}）</translation>
    </message>
    <message>
        <source>Nothing. Models are loaded when a meeting needs them, and leave the memory afterwards.</source>
        <translation>没有。模型在会议需要时载入，之后释放内存。</translation>
    </message>
</context>
<context>
    <name>MinutesChoices</name>
    <message>
        <source>That of the meeting</source>
        <translation>会议所用语言</translation>
    </message>
    <message>
        <source>That of the meeting ({language})</source>
        <translation>会议所用语言（{language}）</translation>
    </message>
    <message>
        <source>choose a template for the minutes</source>
        <translation>为纪要选择模板</translation>
    </message>
    <message>
        <source>choose the language of the minutes</source>
        <translation>选择纪要语言</translation>
    </message>
</context>
<context>
    <name>MinutesItems</name>
    <message>
        <source>change the summary</source>
        <translation>更改摘要</translation>
    </message>
    <message>
        <source>change the minutes</source>
        <translation>更改纪要</translation>
    </message>
    <message>
        <source>keep the item</source>
        <translation>保留此项</translation>
    </message>
    <message>
        <source>tick off</source>
        <translation>勾选完成</translation>
    </message>
    <message>
        <source>take the tick away</source>
        <translation>取消勾选</translation>
    </message>
    <message>
        <source>change who does it</source>
        <translation>更改负责人</translation>
    </message>
    <message>
        <source>change the date</source>
        <translation>更改日期</translation>
    </message>
    <message>
        <source>move the chapter</source>
        <translation>移动章节</translation>
    </message>
    <message>
        <source>add to the minutes</source>
        <translation>添加到纪要</translation>
    </message>
    <message>
        <source>change the note</source>
        <translation>更改笔记</translation>
    </message>
    <message>
        <source>remove the note</source>
        <translation>移除笔记</translation>
    </message>
    <message>
        <source>remove from the minutes</source>
        <translation>从纪要中移除</translation>
    </message>
    <message>
        <source>move the item</source>
        <translation>移动此项</translation>
    </message>
    <message>
        <source>This item has been replaced since.</source>
        <translation>此项已被替换。</translation>
    </message>
    <message>
        <source>Nothing was changed. Look at the minutes again.</source>
        <translation>没有任何更改。请重新查看纪要。</translation>
    </message>
</context>
<context>
    <name>MinutesKeys</name>
    <message>
        <source>In the minutes</source>
        <translation>纪要中</translation>
    </message>
    <message>
        <source>Next item, item before</source>
        <translation>下一项，上一项</translation>
    </message>
    <message>
        <source>Owner, date and evidence of an item</source>
        <translation>条目的负责人、日期和依据</translation>
    </message>
    <message>
        <source>Buttons beside the heading</source>
        <translation>标题旁的按钮</translation>
    </message>
    <message>
        <source>Tick off an item, or play what was said</source>
        <translation>勾选条目，或播放所说的话</translation>
    </message>
    <message>
        <source>Change the words of an item</source>
        <translation>修改条目的文字</translation>
    </message>
    <message>
        <source>Move an item</source>
        <translation>移动条目</translation>
    </message>
</context>
<context>
    <name>MinutesPanel</name>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Write again</source>
        <translation>重新撰写</translation>
    </message>
    <message>
        <source>Write the minutes again</source>
        <translation>重新撰写纪要</translation>
    </message>
    <message>
        <source>Write the minutes again, in another language too. What you have written yourself stays.</source>
        <translation>重新撰写纪要，也可换一种语言。您自己写的内容会保留。</translation>
    </message>
    <message>
        <source>Nothing to note was said in this meeting.</source>
        <translation>此会议没有需要记录的内容。</translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Add a chapter</source>
        <translation>添加章节</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Add a decision</source>
        <translation>添加决定</translation>
    </message>
    <message>
        <source>Action items</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>Add an action item</source>
        <translation>添加待办事项</translation>
    </message>
    <message>
        <source>Open questions</source>
        <translation>待解决的问题</translation>
    </message>
    <message>
        <source>Add an open question</source>
        <translation>添加待解决的问题</translation>
    </message>
    <message>
        <source>My notes</source>
        <translation>我的笔记</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Action item</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>Open question</source>
        <translation>待解决的问题</translation>
    </message>
    <message>
        <source>Chapter</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Add: {part}</source>
        <translation>添加：{part}</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Pause the download</source>
        <translation>暂停下载</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>More for {model}</source>
        <translation>{model} 的更多操作</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>Download again</source>
        <translation>重新下载</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Cancel and remove what has come of {model}</source>
        <translation>取消并删除 {model} 已下载的部分</translation>
    </message>
    <message>
        <source>Close: {model}</source>
        <translation>关闭：{model}</translation>
    </message>
    <message>
        <source>needs about {size} of memory</source>
        <translation>约需 {size} 内存</translation>
    </message>
    <message numerus="yes">
        <source>%n languages</source>
        <translation>
            <numerusform>%n 种语言</numerusform>
        </translation>
    </message>
    <message>
        <source>hears more than words</source>
        <translation>不仅能听懂文字</translation>
    </message>
    <message>
        <source>with conditions</source>
        <translation>附有条件</translation>
    </message>
    <message>
        <source>Comparing checksums</source>
        <translation>正在核对校验和</translation>
    </message>
    <message>
        <source>Looking at it</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>Waiting for the download before it</source>
        <translation>等待前一个下载完成</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Not downloaded yet</source>
        <translation>尚未下载</translation>
    </message>
    <message>
        <source>Paused at {amount}</source>
        <translation>已在 {amount} 处暂停</translation>
    </message>
    <message>
        <source>Asking what there is</source>
        <translation>正在查询文件</translation>
    </message>
    <message>
        <source>{size} a second</source>
        <translation>每秒 {size}</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Check the files</source>
        <translation>检查文件</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>阅读许可</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Import a model</source>
        <translation>导入模型</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Speech</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>Writes down what is said.</source>
        <translation>写下所说的话。</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>纪要</translation>
    </message>
    <message>
        <source>Writes summary, decisions and action items.</source>
        <translation>撰写摘要、决定和待办事项。</translation>
    </message>
    <message>
        <source>Times of words</source>
        <translation>词语时间</translation>
    </message>
    <message>
        <source>Says when each word was spoken.</source>
        <translation>标出每个词何时说出。</translation>
    </message>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Tells the speakers apart.</source>
        <translation>区分说话人。</translation>
    </message>
    <message>
        <source>In memory now</source>
        <translation>当前在内存中</translation>
    </message>
    <message>
        <source>What is loaded, and where it runs.</source>
        <translation>已载入的模型及其运行位置。</translation>
    </message>
    <message>
        <source>Other computers</source>
        <translation>其他电脑</translation>
    </message>
    <message>
        <source>Servers that may do the work instead of this computer.</source>
        <translation>可以代替这台电脑工作的服务器。</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Downloaded models take {used}; {free} are free on this disk.</source>
        <translation>已下载的模型占用 {used}；此磁盘可用 {free}。</translation>
    </message>
    <message>
        <source>{model} was not imported. {why}</source>
        <translation>未导入 {model}。{why}</translation>
    </message>
    <message>
        <source>Importing {model}: {what}</source>
        <translation>正在导入 {model}：{what}</translation>
    </message>
    <message>
        <source>From a folder…</source>
        <translation>从文件夹…</translation>
    </message>
    <message>
        <source>From an archive…</source>
        <translation>从压缩包…</translation>
    </message>
</context>
<context>
    <name>ModelsViewModel</name>
    <message>
        <source>Server “{name}”</source>
        <translation>服务器“{name}”</translation>
    </message>
    <message>
        <source>Automatic ({model})</source>
        <translation>自动（{model}）</translation>
    </message>
    <message>
        <source>None is here yet</source>
        <translation>尚未安装</translation>
    </message>
    <message>
        <source>{model} on {host}</source>
        <translation>{host} 上的 {model}</translation>
    </message>
    <message>
        <source>{model} (not here)</source>
        <translation>{model}（未安装）</translation>
    </message>
    <message>
        <source>{model} is removed; {size} are free again.</source>
        <translation>已移除 {model}，释放了 {size}。</translation>
    </message>
    <message>
        <source>There is a server “{name}” already.</source>
        <translation>已有名为“{name}”的服务器。</translation>
    </message>
    <message>
        <source>Give this one another name.</source>
        <translation>请为这一个另取名称。</translation>
    </message>
    <message>
        <source>{model} is installed and checked.</source>
        <translation>已安装并核对 {model}。</translation>
    </message>
    <message>
        <source>{model} is as it came: all checksums agree.</source>
        <translation>{model} 与原始文件一致：所有校验和都相符。</translation>
    </message>
</context>
<context>
    <name>NameField</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>NoteField</name>
    <message>
        <source>Note</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Write a note, Return adds it</source>
        <translation>写笔记，按回车添加</translation>
    </message>
</context>
<context>
    <name>NothingChosen</name>
    <message>
        <source>No meeting chosen</source>
        <translation>未选择会议</translation>
    </message>
    <message>
        <source>Choose a meeting on the left, or drop a recording on this window.</source>
        <translation>在左侧选择会议，或将录音拖到此窗口。</translation>
    </message>
</context>
<context>
    <name>Office</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门步骤</translation>
    </message>
    <message>
        <source>Now: {model}</source>
        <translation>当前：{model}</translation>
    </message>
    <message>
        <source>{model} was not downloaded.</source>
        <translation>{model} 未能下载。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>A meeting is not finished yet. Continue it under Jobs.</source>
        <translation>有一个会议尚未处理完。可在“任务”中继续。</translation>
    </message>
    <message numerus="yes">
        <source>%n meetings are not finished yet. Continue them under Jobs.</source>
        <translation>
            <numerusform>有 %n 个会议尚未处理完。可在“任务”中继续。</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>Organiser</name>
    <message>
        <source>mark as favourite</source>
        <translation>标为收藏</translation>
    </message>
    <message>
        <source>remove from the favourites</source>
        <translation>从收藏中移除</translation>
    </message>
    <message>
        <source>move to the folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>take out of the folder</source>
        <translation>移出文件夹</translation>
    </message>
    <message>
        <source>add the tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>remove the tag</source>
        <translation>移除标签</translation>
    </message>
    <message>
        <source>rename the folder</source>
        <translation>重命名文件夹</translation>
    </message>
    <message>
        <source>remove the folder</source>
        <translation>移除文件夹</translation>
    </message>
    <message>
        <source>rename the tag</source>
        <translation>重命名标签</translation>
    </message>
    <message>
        <source>move to the trash</source>
        <translation>移到废纸篓</translation>
    </message>
    <message>
        <source>restore from the trash</source>
        <translation>从废纸篓恢复</translation>
    </message>
    <message>
        <source>Meeting</source>
        <translation>会议</translation>
    </message>
</context>
<context>
    <name>OwnerChip</name>
    <message>
        <source>Owner: {name}</source>
        <translation>负责人：{name}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>匹配结果</translation>
    </message>
    <message>
        <source>Nothing fits these letters.</source>
        <translation>没有匹配的结果。</translation>
    </message>
</context>
<context>
    <name>ParagraphEditor</name>
    <message>
        <source>Correct the words</source>
        <translation>更正文字</translation>
    </message>
</context>
<context>
    <name>PeopleRow</name>
    <message>
        <source>Nobody yet. When you name a speaker in a meeting, Folkmoot offers to remember the voice.</source>
        <translation>还没有人。您在会议中为说话人命名后，Folkmoot 会询问是否记住这个声音。</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>The meeting in pictures</source>
        <translation>会议图示</translation>
    </message>
    <message>
        <source>The pictures appear here when the words are written down.</source>
        <translation>文字写好后，图示会出现在这里。</translation>
    </message>
    <message>
        <source>Copy as image</source>
        <translation>复制为图片</translation>
    </message>
    <message>
        <source>Save as an image…</source>
        <translation>存储为图片…</translation>
    </message>
    <message>
        <source>Who spoke when</source>
        <translation>发言时间分布</translation>
    </message>
    <message>
        <source>Share of talk</source>
        <translation>发言占比</translation>
    </message>
    <message>
        <source>Copied as an image</source>
        <translation>已复制为图片</translation>
    </message>
    <message>
        <source>Save as an image</source>
        <translation>存储为图片</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Drawing that can be enlarged</source>
        <translation>可放大的矢量图</translation>
    </message>
</context>
<context>
    <name>PictureViewModel</name>
    <message>
        <source>Saved as {name}</source>
        <translation>已保存为 {name}</translation>
    </message>
</context>
<context>
    <name>PlacePage</name>
    <message>
        <source>Back to the meetings</source>
        <translation>返回会议</translation>
    </message>
</context>
<context>
    <name>PlaybackMenu</name>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Back 10 seconds</source>
        <translation>后退 10 秒</translation>
    </message>
    <message>
        <source>Forward 10 seconds</source>
        <translation>前进 10 秒</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>减速</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>加速</translation>
    </message>
    <message>
        <source>Skip silence</source>
        <translation>跳过静音</translation>
    </message>
    <message>
        <source>The meeting in pictures</source>
        <translation>会议图示</translation>
    </message>
    <message>
        <source>Pause playing</source>
        <translation>暂停播放</translation>
    </message>
</context>
<context>
    <name>PlayerBar</name>
    <message>
        <source>Back 10 seconds</source>
        <translation>后退 10 秒</translation>
    </message>
    <message>
        <source>Forward 10 seconds</source>
        <translation>前进 10 秒</translation>
    </message>
    <message>
        <source>Skip silence</source>
        <translation>跳过静音</translation>
    </message>
    <message>
        <source>Leave out where nobody speaks</source>
        <translation>跳过无人说话的部分</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Show the waveform</source>
        <translation>显示波形</translation>
    </message>
    <message>
        <source>Hide the waveform</source>
        <translation>隐藏波形</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>of {length}</source>
        <translation>/ {length}</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>没有声音</translation>
    </message>
    <message>
        <source>Speed: {speed}</source>
        <translation>速度：{speed}</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
</context>
<context>
    <name>PlayerViewModel</name>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Computer sound</source>
        <translation>电脑声音</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Meetings cannot be played on this computer.</source>
        <translation>这台电脑无法播放会议。</translation>
    </message>
</context>
<context>
    <name>RecordingFlow</name>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Bookmark at {time}</source>
        <translation>已在 {time} 添加书签</translation>
    </message>
    <message>
        <source>The recording was discarded</source>
        <translation>录音已放弃</translation>
    </message>
</context>
<context>
    <name>RecordingPage</name>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>写笔记</translation>
    </message>
    <message>
        <source>What you note here keeps its time and stands between the words later.</source>
        <translation>您在这里记下的内容会保留时间，之后出现在文字之间。</translation>
    </message>
    <message>
        <source>Notes {count}</source>
        <translation>笔记 {count}</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>目前为止</translation>
    </message>
    <message>
        <source>So far, notes {count}</source>
        <translation>目前为止，笔记 {count}</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>RecordingStrip</name>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Back to the window</source>
        <translation>返回窗口</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Level of {track}</source>
        <translation>{track} 的音量</translation>
    </message>
</context>
<context>
    <name>RecordingViewModel</name>
    <message>
        <source>Recorded: {length}</source>
        <translation>已录制：{length}</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Writing the last seconds to the disk</source>
        <translation>正在将最后几秒写入磁盘</translation>
    </message>
    <message>
        <source>Safe on disk up to {time}</source>
        <translation>{time} 之前的内容已安全写入磁盘</translation>
    </message>
    <message>
        <source>Room for {length} more</source>
        <translation>还可录制 {length}</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>没有声音</translation>
    </message>
    <message>
        <source>{track} is not recorded: {why}</source>
        <translation>未录制{track}：{why}</translation>
    </message>
    <message>
        <source>The recording is on the disk, but the library could not be told: {why}</source>
        <translation>录音已在磁盘上，但未能登记到会议库：{why}</translation>
    </message>
    <message>
        <source>The recording ended by itself.</source>
        <translation>录音自行结束了。</translation>
    </message>
    <message>
        <source>Everything up to {time} is kept.</source>
        <translation>{time} 之前的内容都已保留。</translation>
    </message>
</context>
<context>
    <name>RecordingWorker</name>
    <message>
        <source>This device cannot be used ({error}).</source>
        <translation>无法使用此设备（{error}）。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>请选择其他设备。</translation>
    </message>
    <message>
        <source>There is nothing to record.</source>
        <translation>没有可录制的内容。</translation>
    </message>
    <message>
        <source>Choose a microphone or the computer’s sound.</source>
        <translation>请选择麦克风或电脑声音。</translation>
    </message>
</context>
<context>
    <name>RecoveryBar</name>
    <message>
        <source>Write it down</source>
        <translation>写成文字</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep it in the library and write it down later</source>
        <translation>保留在会议库中，稍后写成文字</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>放弃…</translation>
    </message>
</context>
<context>
    <name>RecoveryViewModel</name>
    <message>
        <source>A recording from {when} was interrupted</source>
        <translation>{when} 的录音被中断</translation>
    </message>
    <message>
        <source>A recording from {when} ({length}) was interrupted</source>
        <translation>{when} 的录音（{length}）被中断</translation>
    </message>
    <message numerus="yes">
        <source>%n more was interrupted.</source>
        <translation>
            <numerusform>另有 %n 个录音被中断。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more were interrupted.</source>
        <translation>
            <numerusform>另有 %n 个录音被中断。</numerusform>
        </translation>
    </message>
    <message>
        <source>It is safe. What shall become of it?</source>
        <translation>它是安全的。要如何处理？</translation>
    </message>
    <message>
        <source>It holds no sound.</source>
        <translation>其中没有声音。</translation>
    </message>
</context>
<context>
    <name>RunningCard</name>
    <message>
        <source>Back to the recording</source>
        <translation>返回录音</translation>
    </message>
</context>
<context>
    <name>Runs</name>
    <message>
        <source>tell speakers apart again</source>
        <translation>重新区分说话人</translation>
    </message>
    <message>
        <source>write the minutes again</source>
        <translation>重新撰写纪要</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search all meetings</source>
        <translation>搜索所有会议</translation>
    </message>
</context>
<context>
    <name>SearchModel</name>
    <message>
        <source>Title: {title}</source>
        <translation>标题：{title}</translation>
    </message>
    <message>
        <source>Chapter</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Action item</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>Open question</source>
        <translation>待解决的问题</translation>
    </message>
    <message>
        <source>My note</source>
        <translation>我的笔记</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>Copy: {part}</source>
        <translation>复制：{part}</translation>
    </message>
    <message>
        <source>Write again: {part}</source>
        <translation>重新撰写：{part}</translation>
    </message>
    <message>
        <source>Chapter from {time}</source>
        <translation>从 {time} 开始的章节</translation>
    </message>
</context>
<context>
    <name>ServerDialog</name>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
    <message>
        <source>Change a server</source>
        <translation>更改服务器</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>语音模型</translation>
    </message>
    <message>
        <source>Model for minutes</source>
        <translation>纪要模型</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>If the server asks for one</source>
        <translation>如果服务器需要</translation>
    </message>
    <message>
        <source>As it is kept</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Save and test</source>
        <translation>保存并测试</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A server that speaks the OpenAI dialect: vLLM, SGLang, llama.cpp. It is used for a meeting only when you choose it. The key is kept in the keyring of this system.</source>
        <translation>使用 OpenAI 接口的服务器：vLLM、SGLang、llama.cpp。只有您选择它时，会议才会使用它。密钥保存在系统的钥匙串中。</translation>
    </message>
</context>
<context>
    <name>ServerRow</name>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Test the server {name}</source>
        <translation>测试服务器 {name}</translation>
    </message>
    <message>
        <source>More for {model}</source>
        <translation>{model} 的更多操作</translation>
    </message>
    <message>
        <source>on this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>sound and words go to {host}</source>
        <translation>声音和文字会发送到 {host}</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Asking it</source>
        <translation>正在询问</translation>
    </message>
    <message>
        <source>Its models: {models}.</source>
        <translation>它的模型：{models}。</translation>
    </message>
    <message>
        <source>It works.</source>
        <translation>运行正常。</translation>
    </message>
    <message>
        <source>It does not work.</source>
        <translation>无法使用。</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
</context>
<context>
    <name>ServersPanel</name>
    <message>
        <source>Off: everything runs on this computer. If your team has a server with Qwen models, meetings can be sent to it. Sound and words then leave this computer.</source>
        <translation>已关闭：一切都在这台电脑上运行。如果您的团队有运行 Qwen 模型的服务器，可以把会议发送给它。这时声音和文字会离开这台电脑。</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>没有包含这些文字的设置。</translation>
    </message>
    <message>
        <source>Forget the voice of “{name}”?</source>
        <translation>忘记“{name}”的声音？</translation>
    </message>
    <message>
        <source>It is removed for good and no longer named by itself. Meetings keep the names they have.</source>
        <translation>声音将彻底删除，不再自动建议名字。会议中已有的名字保持不变。</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>SettingsViewModel</name>
    <message>
        <source>Without an address, nothing changes.</source>
        <translation>没有地址，设置不会改变。</translation>
    </message>
    <message>
        <source>Somebody else has this name already.</source>
        <translation>这个名字已经属于另一个人。</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Start recording</source>
        <translation>开始录音</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Everything stays on this computer. Ask the others whether they agree to be recorded.</source>
        <translation>一切都留在这台电脑上。请先问其他人是否同意录音。</translation>
    </message>
</context>
<context>
    <name>SetupViewModel</name>
    <message>
        <source>Meeting on {day}, {time}</source>
        <translation>{day} {time} 的会议</translation>
    </message>
    <message>
        <source>Follow the system ({device})</source>
        <translation>跟随系统（{device}）</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>The device of last time</source>
        <translation>上次使用的设备</translation>
    </message>
    <message>
        <source>Do not record</source>
        <translation>不录制</translation>
    </message>
    <message>
        <source>No sound comes from this device.</source>
        <translation>此设备没有声音。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>请选择其他设备。</translation>
    </message>
    <message>
        <source>This microphone is muted, or Folkmoot may not listen to it.</source>
        <translation>此麦克风被静音，或者 Folkmoot 无权使用它。</translation>
    </message>
    <message>
        <source>Unmute it, or allow it in the system’s privacy settings.</source>
        <translation>请取消静音，或在系统的隐私设置中允许使用。</translation>
    </message>
    <message>
        <source>Nothing is heard from this microphone.</source>
        <translation>此麦克风没有听到任何声音。</translation>
    </message>
    <message>
        <source>See whether it is muted, or choose another one.</source>
        <translation>请检查是否静音，或选择其他麦克风。</translation>
    </message>
    <message>
        <source>Something plays, but not on this device.</source>
        <translation>有声音在播放，但不在此设备上。</translation>
    </message>
    <message>
        <source>Choose the one you listen with.</source>
        <translation>请选择您收听所用的设备。</translation>
    </message>
    <message>
        <source>Nothing plays right now.</source>
        <translation>目前没有声音在播放。</translation>
    </message>
</context>
<context>
    <name>SharePicture</name>
    <message>
        <source>Share of talk</source>
        <translation>发言占比</translation>
    </message>
</context>
<context>
    <name>ShelfModel</name>
    <message>
        <source>All meetings</source>
        <translation>所有会议</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>废纸篓</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message numerus="yes">
        <source>%n meetings</source>
        <translation>
            <numerusform>%n 个会议</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShelfTree</name>
    <message>
        <source>Folders and tags</source>
        <translation>文件夹和标签</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>{everywhere}; in the transcript: {there}</source>
        <translation>{everywhere}；在文字稿中：{there}</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New recording</source>
        <translation>新建录音</translation>
    </message>
    <message>
        <source>Import a recording</source>
        <translation>导入录音</translation>
    </message>
    <message>
        <source>Meetings</source>
        <translation>会议</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空废纸篓…</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>废纸篓是空的。</translation>
    </message>
    <message>
        <source>No favourites yet. Mark a meeting with its context menu.</source>
        <translation>还没有收藏。可通过会议的右键菜单添加。</translation>
    </message>
    <message>
        <source>There is nothing here.</source>
        <translation>这里什么都没有。</translation>
    </message>
    <message>
        <source>Starter kit: for trying and testing, not for real voices.</source>
        <translation>入门套件：用于试用和测试，不适合真实语音。</translation>
    </message>
    <message>
        <source>Nothing found for “{text}”</source>
        <translation>未找到“{text}”</translation>
    </message>
    <message numerus="yes">
        <source>The first %n places</source>
        <translation>
            <numerusform>前 %n 处</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n 处</numerusform>
        </translation>
    </message>
    <message>
        <source>1 place</source>
        <translation>1 处</translation>
    </message>
</context>
<context>
    <name>SpeakerCard</name>
    <message>
        <source>{length} · {percent} % of the talk</source>
        <translation>{length} · 占发言的 {percent}%</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>试听</translation>
    </message>
    <message>
        <source>Same as…</source>
        <translation>与此人相同…</translation>
    </message>
    <message>
        <source>This is somebody who is in the meeting already</source>
        <translation>这是会议中已有的人</translation>
    </message>
    <message>
        <source>Remember this voice…</source>
        <translation>记住这个声音…</translation>
    </message>
    <message>
        <source>This voice is remembered.</source>
        <translation>已记住这个声音。</translation>
    </message>
    <message>
        <source>This is probably {name} ({percent} %)</source>
        <translation>这很可能是 {name}（{percent}%）</translation>
    </message>
    <message>
        <source>Could this be {name}? ({percent} %)</source>
        <translation>这会不会是 {name}？（{percent}%）</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>Yes, this is {name}</source>
        <translation>是，这是 {name}</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不是</translation>
    </message>
    <message>
        <source>No, this is somebody else</source>
        <translation>不是，这是别人</translation>
    </message>
    <message>
        <source>Folkmoot then knows this voice in later meetings and suggests the name. A voice is personal: please ask {name} first. What is remembered are numbers that stay on this computer, and you can delete them at any time in the settings.</source>
        <translation>Folkmoot 会在以后的会议中认出这个声音并建议名字。声音属于个人信息：请先征得 {name} 同意。记住的是一组数字，只保存在这台电脑上，您随时可以在设置中删除。</translation>
    </message>
    <message>
        <source>{name} agrees</source>
        <translation>{name} 同意</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>{name} is in this meeting already: the two become one.</source>
        <translation>{name} 已在此会议中：两者将合并为一人。</translation>
    </message>
</context>
<context>
    <name>SpeakerLine</name>
    <message>
        <source>{name}: {length}, {percent} % of the talk</source>
        <translation>{name}：{length}，占发言的 {percent}%</translation>
    </message>
    <message>
        <source>{length} · {percent} %</source>
        <translation>{length} · {percent}%</translation>
    </message>
</context>
<context>
    <name>SpeakerPopovers</name>
    <message>
        <source>Nobody is told apart in this meeting yet.</source>
        <translation>此会议尚未区分说话人。</translation>
    </message>
    <message>
        <source>Who says this?</source>
        <translation>这是谁说的？</translation>
    </message>
</context>
<context>
    <name>SpeakersList</name>
    <message>
        <source>Speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>How many people speak</source>
        <translation>有多少人说话</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>自动判断</translation>
    </message>
    <message>
        <source>How many people speak?</source>
        <translation>有多少人说话？</translation>
    </message>
    <message>
        <source>Several people share this microphone</source>
        <translation>多人共用此麦克风</translation>
    </message>
    <message>
        <source>Tell speakers apart again</source>
        <translation>重新区分说话人</translation>
    </message>
    <message>
        <source>Names you have given and words you have corrected stay as they are.</source>
        <translation>您起的名字和更正过的文字保持不变。</translation>
    </message>
    <message>
        <source>This can be changed when everything is written down.</source>
        <translation>全部写好后才能更改。</translation>
    </message>
    <message>
        <source>Probably {name}</source>
        <translation>很可能是 {name}</translation>
    </message>
    <message>
        <source>Is this {name}?</source>
        <translation>这是 {name} 吗？</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>Yes, this is {name}</source>
        <translation>是，这是 {name}</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不是</translation>
    </message>
    <message>
        <source>No, this is somebody else</source>
        <translation>不是，这是别人</translation>
    </message>
</context>
<context>
    <name>SpeakersViewModel</name>
    <message>
        <source>say who speaks</source>
        <translation>指定说话人</translation>
    </message>
    <message>
        <source>The voice of {name} is remembered</source>
        <translation>已记住 {name} 的声音</translation>
    </message>
</context>
<context>
    <name>StepDots</name>
    <message>
        <source>Step {number} of {count}</source>
        <translation>第 {number} 步，共 {count} 步</translation>
    </message>
</context>
<context>
    <name>Summary</name>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Change the words</source>
        <translation>更改文字</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>TimelineList</name>
    <message>
        <source>Action items from their meeting to the day they are due</source>
        <translation>待办事项从会议到截止日期</translation>
    </message>
</context>
<context>
    <name>TimelinePicture</name>
    <message>
        <source>Who spoke when</source>
        <translation>发言时间分布</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>The recording was paused</source>
        <translation>录音曾暂停</translation>
    </message>
    <message>
        <source>Sound is missing</source>
        <translation>缺少声音</translation>
    </message>
    <message>
        <source>The computer slept</source>
        <translation>电脑曾休眠</translation>
    </message>
</context>
<context>
    <name>TitleField</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>TrackCard</name>
    <message>
        <source>Level of {track}</source>
        <translation>{track} 的音量</translation>
    </message>
</context>
<context>
    <name>TrackLine</name>
    <message>
        <source>Level of {track}</source>
        <translation>{track} 的音量</translation>
    </message>
</context>
<context>
    <name>TranscriptActions</name>
    <message>
        <source>Speaker</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Speaker from here on</source>
        <translation>从此处起的说话人</translation>
    </message>
    <message>
        <source>Hide echoes</source>
        <translation>隐藏回声</translation>
    </message>
    <message>
        <source>Show hidden echoes</source>
        <translation>显示隐藏的回声</translation>
    </message>
    <message>
        <source>Somebody else…</source>
        <translation>其他人…</translation>
    </message>
</context>
<context>
    <name>TranscriptModel</name>
    <message>
        <source>1 echo is shown · Hide</source>
        <translation>已显示 1 处回声 · 隐藏</translation>
    </message>
    <message numerus="yes">
        <source>%n echoes are shown · Hide</source>
        <translation>
            <numerusform>已显示 %n 处回声 · 隐藏</numerusform>
        </translation>
    </message>
    <message>
        <source>1 echo is hidden · Show</source>
        <translation>已隐藏 1 处回声 · 显示</translation>
    </message>
    <message numerus="yes">
        <source>%n echoes are hidden · Show</source>
        <translation>
            <numerusform>已隐藏 %n 处回声 · 显示</numerusform>
        </translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>回声</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>电脑</translation>
    </message>
</context>
<context>
    <name>TranscriptPaper</name>
    <message>
        <source>{name}?</source>
        <translation>{name}？</translation>
    </message>
    <message>
        <source>Corrected by you</source>
        <translation>由您更正</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Transcript</source>
        <translation>文字稿</translation>
    </message>
    <message>
        <source>{name}: click to rename</source>
        <translation>{name}：点按可重命名</translation>
    </message>
    <message>
        <source>Go to this moment</source>
        <translation>转到此处</translation>
    </message>
    <message>
        <source>The voice may be {name}</source>
        <translation>这个声音可能是 {name}</translation>
    </message>
    <message>
        <source>Yes, this is {name}</source>
        <translation>是，这是 {name}</translation>
    </message>
    <message>
        <source>No, this is somebody else</source>
        <translation>不是，这是别人</translation>
    </message>
</context>
<context>
    <name>Transfers</name>
    <message>
        <source>Download what is damaged again.</source>
        <translation>请重新下载损坏的部分。</translation>
    </message>
</context>
<context>
    <name>TrashBar</name>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>彻底删除…</translation>
    </message>
    <message>
        <source>This meeting is in the trash.</source>
        <translation>此会议在废纸篓中。</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Folkmoot</source>
        <translation>打开 Folkmoot</translation>
    </message>
    <message>
        <source>The recording has ended</source>
        <translation>录音已结束</translation>
    </message>
    <message>
        <source>The notes are ready</source>
        <translation>纪要已写好</translation>
    </message>
    <message>
        <source>A meeting could not be finished</source>
        <translation>有一个会议未能处理完</translation>
    </message>
</context>
<context>
    <name>VolumePopover</name>
    <message>
        <source>Volume: {track}</source>
        <translation>音量：{track}</translation>
    </message>
    <message numerus="yes">
        <source>%n %</source>
        <translation>
            <numerusform>%n %</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Waveform</name>
    <message>
        <source>Position in the meeting</source>
        <translation>会议中的位置</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Skip the introduction</source>
        <translation>跳过介绍</translation>
    </message>
    <message>
        <source>Everything stays on this computer</source>
        <translation>一切都留在这台电脑上</translation>
    </message>
    <message>
        <source>No account, no cloud, no counting. Sound, words and models are here and nowhere else.</source>
        <translation>没有账号，没有云端，没有统计。声音、文字和模型都在这里，别处没有。</translation>
    </message>
    <message>
        <source>Nothing is recorded unless you start it</source>
        <translation>只有您开始，才会录音</translation>
    </message>
    <message>
        <source>Ask the others whether they agree. In many places the law asks for it, too.</source>
        <translation>请征得其他人的同意，在许多地方这也是法律要求。</translation>
    </message>
    <message>
        <source>Your meetings are yours</source>
        <translation>您的会议属于您</translation>
    </message>
    <message>
        <source>They are kept in a folder you can open, and can be exported as Markdown at any time.</source>
        <translation>它们保存在您可以打开的文件夹中，随时可以导出为 Markdown。</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Four people plan a release. In less than a minute you see who said what, the decisions and the action items, each with the place in the meeting where it was said.</source>
        <translation>四个人在计划一次发布。不到一分钟，您就能看到谁说了什么、有哪些决定和待办事项，每一项都附有原话在会议中的位置。</translation>
    </message>
    <message>
        <source>Welcome to Folkmoot</source>
        <translation>欢迎使用 Folkmoot</translation>
    </message>
    <message>
        <source>It records meetings, writes down who said what, and makes the minutes.</source>
        <translation>它录制会议，写下谁说了什么，并生成纪要。</translation>
    </message>
    <message>
        <source>Can you be heard?</source>
        <translation>能听到您说话吗？</translation>
    </message>
    <message>
        <source>Say something, and let something play. Both bars should move.</source>
        <translation>请说几句话，并播放一点声音。两条音量条都应移动。</translation>
    </message>
    <message>
        <source>Models that understand speech</source>
        <translation>理解语音的模型</translation>
    </message>
    <message>
        <source>A small kit to try things with is here. Better ones are downloaded once.</source>
        <translation>已带有一套用于试用的小型模型。更好的模型只需下载一次。</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新检测</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try it with a sample meeting</source>
        <translation>用示例会议试一试</translation>
    </message>
    <message>
        <source>Nothing has to be set up for it.</source>
        <translation>无需任何设置。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>下载 {size}</translation>
    </message>
    <message>
        <source>Try the sample meeting</source>
        <translation>试用示例会议</translation>
    </message>
    <message>
        <source>Start without it</source>
        <translation>不用它，直接开始</translation>
    </message>
    <message>
        <source>Finding out what fits this computer</source>
        <translation>正在检测适合这台电脑的模型</translation>
    </message>
    <message>
        <source>This takes some seconds. You need not wait for it.</source>
        <translation>需要几秒钟，您不必等待。</translation>
    </message>
    <message>
        <source>The models that fit this computer are here.</source>
        <translation>适合这台电脑的模型已经就绪。</translation>
    </message>
    <message>
        <source>Recommended here: {models}</source>
        <translation>推荐：{models}</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>It goes on while you look around.</source>
        <translation>您随意浏览时它会继续。</translation>
    </message>
</context>
<context>
    <name>WriteAgainMenu</name>
    <message>
        <source>Write again</source>
        <translation>重新撰写</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Other languages</source>
        <translation>其他语言</translation>
    </message>
    <message>
        <source>Write the minutes again</source>
        <translation>重新撰写纪要</translation>
    </message>
    <message>
        <source>Template of the minutes</source>
        <translation>纪要模板</translation>
    </message>
    <message>
        <source>Language of the minutes</source>
        <translation>纪要语言</translation>
    </message>
</context>
<context>
    <name>_Axis</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>更晚</translation>
    </message>
</context>
<context>
    <name>_PersonLine</name>
    <message>
        <source>Name of {person}</source>
        <translation>{person} 的名字</translation>
    </message>
    <message>
        <source>Heard once</source>
        <translation>听到过一次</translation>
    </message>
    <message numerus="yes">
        <source>Heard %n times</source>
        <translation>
            <numerusform>听到过 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Forget the voice of {person}</source>
        <translation>忘记 {person} 的声音</translation>
    </message>
</context>
<context>
    <name>_TaskList</name>
    <message>
        <source>Used for: {task}</source>
        <translation>用于：{task}</translation>
    </message>
</context>
<context>
    <name>_Worker</name>
    <message>
        <source>The models stopped unexpectedly and were started again from the last finished step.</source>
        <translation>模型意外停止，已从最后完成的步骤重新开始。</translation>
    </message>
</context>
<context>
    <name>marks</name>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
</context>
<context>
    <name>minutes</name>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
</context>
<context>
    <name>phrases</name>
    <message>
        <source>(about {0} s)</source>
        <translation>（约 {0} 秒）</translation>
    </message>
    <message>
        <source>(line {0})</source>
        <translation>（第 {0} 行）</translation>
    </message>
    <message>
        <source>1 damaged piece</source>
        <translation>1 处损坏的部分</translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>16 or 32 bits, without bfloat16</source>
        <translation>16 或 32 位，没有 bfloat16</translation>
    </message>
    <message>
        <source>32 bits</source>
        <translation>32 位</translation>
    </message>
    <message>
        <source>4 bits</source>
        <translation>4 位</translation>
    </message>
    <message>
        <source>4 bits cannot be computed on Apple GPUs.</source>
        <translation>Apple GPU 无法进行 4 位计算。</translation>
    </message>
    <message>
        <source>4 bits on this card need the package bitsandbytes.</source>
        <translation>在这块显卡上使用 4 位需要软件包 bitsandbytes。</translation>
    </message>
    <message>
        <source>8 bits</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>A firewall or proxy may stand between; have its certificate installed on this computer, or use a mirror.</source>
        <translation>中间可能有防火墙或代理；请在这台电脑上安装它的证书，或使用镜像。</translation>
    </message>
    <message>
        <source>A meeting needs a title.</source>
        <translation>会议需要标题。</translation>
    </message>
    <message>
        <source>A model cannot be called “{0}”.</source>
        <translation>模型不能命名为“{0}”。</translation>
    </message>
    <message>
        <source>A newer version of Folkmoot made this recording ({0}).</source>
        <translation>此录音由更新版本的 Folkmoot 制作（{0}）。</translation>
    </message>
    <message>
        <source>A person needs a name.</source>
        <translation>需要填写人名。</translation>
    </message>
    <message>
        <source>A program plays, but only silence comes from it.</source>
        <translation>有程序在播放，但传来的只有静音。</translation>
    </message>
    <message>
        <source>A server needs the name of at least one model.</source>
        <translation>服务器至少需要一个模型名称。</translation>
    </message>
    <message>
        <source>A template could not be read: {0} ({1}).</source>
        <translation>无法读取模板：{0}（{1}）。</translation>
    </message>
    <message>
        <source>A template is a few sentences.</source>
        <translation>模板只需几句话。</translation>
    </message>
    <message>
        <source>A voice can be remembered only of somebody with a name.</source>
        <translation>只有已命名的说话人，其声音才能被记住。</translation>
    </message>
    <message>
        <source>Add one with: folkmoot servers add {0} {1} --speech MODEL</source>
        <translation>添加一个：folkmoot servers add {0} {1} --speech MODEL</translation>
    </message>
    <message>
        <source>Add one with: folkmoot servers add {0} {1} --text MODEL</source>
        <translation>添加一个：folkmoot servers add {0} {1} --text MODEL</translation>
    </message>
    <message>
        <source>Agree to it first.</source>
        <translation>请先同意。</translation>
    </message>
    <message>
        <source>All sound of this Mac</source>
        <translation>这台 Mac 的所有声音</translation>
    </message>
    <message>
        <source>Allow writing to this folder, or choose another library folder.</source>
        <translation>请允许写入此文件夹，或选择其他会议库文件夹。</translation>
    </message>
    <message>
        <source>An hour of meeting is {0} in about {1} (estimated).</source>
        <translation>一小时的会议大约 {1} 即可完成 {0}（估计）。</translation>
    </message>
    <message>
        <source>Another program is writing to the library ({0}).</source>
        <translation>其他程序正在写入会议库（{0}）。</translation>
    </message>
    <message>
        <source>Asking {0}</source>
        <translation>正在询问 {0}</translation>
    </message>
    <message>
        <source>Base models cannot be used, only instruct ones. If it is one: {0}</source>
        <translation>只能使用指令模型，不能使用基础模型。如果它是指令模型：{0}</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>内置</translation>
    </message>
    <message>
        <source>Change the file&apos;s permissions, or copy it to a folder of yours.</source>
        <translation>请更改文件的权限，或把它复制到您自己的文件夹。</translation>
    </message>
    <message>
        <source>Check its permissions, or choose another folder.</source>
        <translation>请检查权限，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Check that it is connected.</source>
        <translation>请检查它是否已连接。</translation>
    </message>
    <message>
        <source>Check that it runs and that the address is right. Nothing is lost: try again, or choose a model on this machine.</source>
        <translation>请检查它是否在运行、地址是否正确。没有任何丢失：请重试，或选择这台电脑上的模型。</translation>
    </message>
    <message>
        <source>Check that its folder exists and can be written to, or name another folder in FOLKMOOT_HOME.</source>
        <translation>请检查它的文件夹是否存在并可以写入，或在 FOLKMOOT_HOME 中指定其他文件夹。</translation>
    </message>
    <message>
        <source>Check that the address is that of an OpenAI-compatible server.</source>
        <translation>请检查该地址是否为兼容 OpenAI 的服务器。</translation>
    </message>
    <message>
        <source>Check that the disk is connected and has space, and try again.</source>
        <translation>请检查磁盘是否已连接且有空间，然后重试。</translation>
    </message>
    <message>
        <source>Check that the disk with the library is connected and try again.</source>
        <translation>请检查会议库所在的磁盘是否已连接，然后重试。</translation>
    </message>
    <message>
        <source>Check that the right microphone is chosen, and its level.</source>
        <translation>请检查所选的麦克风及其音量。</translation>
    </message>
    <message>
        <source>Check that the right output is being recorded.</source>
        <translation>请检查录制的输出设备是否正确。</translation>
    </message>
    <message>
        <source>Check the connection to the internet and try again; what has come is kept. If it stays so: {0}</source>
        <translation>请检查互联网连接，然后重试；已下载的部分会保留。如果一直如此：{0}</translation>
    </message>
    <message>
        <source>Check the connection to the internet. If only this hub is blocked: {0}</source>
        <translation>请检查互联网连接。如果只有这个站点被屏蔽：{0}</translation>
    </message>
    <message>
        <source>Check the disk and its connection, then try again.</source>
        <translation>请检查磁盘及其连接，然后重试。</translation>
    </message>
    <message>
        <source>Check the disk and the path, then try again.</source>
        <translation>请检查磁盘和路径，然后重试。</translation>
    </message>
    <message>
        <source>Check the disk and the permissions.</source>
        <translation>请检查磁盘和权限。</translation>
    </message>
    <message>
        <source>Check the disk and try again.</source>
        <translation>请检查磁盘，然后重试。</translation>
    </message>
    <message>
        <source>Check the disk or the connection, or copy the file first.</source>
        <translation>请检查磁盘或连接，或先复制该文件。</translation>
    </message>
    <message>
        <source>Check the disk&apos;s free space and its connection, then try again.</source>
        <translation>请检查磁盘的可用空间及其连接，然后重试。</translation>
    </message>
    <message>
        <source>Check the disk; it is packed later.</source>
        <translation>请检查磁盘；稍后会再压缩。</translation>
    </message>
    <message>
        <source>Check the models and the address.</source>
        <translation>请检查模型和地址。</translation>
    </message>
    <message>
        <source>Check the name after “file:”.</source>
        <translation>请检查“file:”之后的名称。</translation>
    </message>
    <message>
        <source>Check the name, or choose the file again.</source>
        <translation>请检查名称，或重新选择文件。</translation>
    </message>
    <message>
        <source>Check the path and try again.</source>
        <translation>请检查路径，然后重试。</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>请检查路径。</translation>
    </message>
    <message>
        <source>Checking what is here</source>
        <translation>正在检查已有的内容</translation>
    </message>
    <message>
        <source>Checking {0}</source>
        <translation>正在检查 {0}</translation>
    </message>
    <message>
        <source>Choose a file inside it.</source>
        <translation>请选择其中的文件。</translation>
    </message>
    <message>
        <source>Choose a folder that can be written to.</source>
        <translation>请选择可以写入的文件夹。</translation>
    </message>
    <message>
        <source>Choose a microphone or the computer’s sound.</source>
        <translation>请选择麦克风或电脑声音。</translation>
    </message>
    <message>
        <source>Choose a microphone, and record that output as system audio.</source>
        <translation>请选择一个麦克风，并把那个输出作为系统声音录制。</translation>
    </message>
    <message>
        <source>Choose a microphone, the system audio, or both.</source>
        <translation>请选择麦克风、系统声音，或两者都选。</translation>
    </message>
    <message>
        <source>Choose a mirror (--hub ADDRESS, or HF_ENDPOINT, for instance https://hf-mirror.com) or ModelScope (--hub modelscope), or get the model on another computer and bring it: folkmoot models import FOLDER</source>
        <translation>请选择镜像（--hub ADDRESS，或 HF_ENDPOINT，例如 https://hf-mirror.com）或 ModelScope（--hub modelscope），也可以在另一台电脑上下载模型后带过来：folkmoot models import FOLDER</translation>
    </message>
    <message>
        <source>Choose a recording with sound.</source>
        <translation>请选择有声音的录音。</translation>
    </message>
    <message>
        <source>Choose a shorter name.</source>
        <translation>请选择较短的名称。</translation>
    </message>
    <message>
        <source>Choose a shorter stretch of sound, or a smaller model.</source>
        <translation>请选择较短的一段声音，或较小的模型。</translation>
    </message>
    <message>
        <source>Choose a sound or video file, for example wav, mp3, m4a, flac, ogg, mp4 or mkv.</source>
        <translation>请选择音频或视频文件，例如 wav、mp3、m4a、flac、ogg、mp4 或 mkv。</translation>
    </message>
    <message>
        <source>Choose another copy of it, for example from a backup.</source>
        <translation>请选择该文件的另一份副本，例如备份中的副本。</translation>
    </message>
    <message>
        <source>Choose another device for it.</source>
        <translation>请为它选择其他设备。</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>请选择其他文件。</translation>
    </message>
    <message>
        <source>Choose another meeting with this person.</source>
        <translation>请选择有此人参加的其他会议。</translation>
    </message>
    <message>
        <source>Choose another microphone for better sound.</source>
        <translation>请选择其他麦克风以获得更好的声音。</translation>
    </message>
    <message>
        <source>Choose another name, such as one with a surname.</source>
        <translation>请选择其他名字，例如加上姓氏。</translation>
    </message>
    <message>
        <source>Choose another one in the sound settings of the system.</source>
        <translation>请在系统的声音设置中选择其他设备。</translation>
    </message>
    <message>
        <source>Choose another output.</source>
        <translation>请选择其他输出设备。</translation>
    </message>
    <message>
        <source>Choose another value.</source>
        <translation>请选择其他值。</translation>
    </message>
    <message>
        <source>Choose huggingface, modelscope, or the address of a mirror, such as https://hf-mirror.com.</source>
        <translation>请选择 huggingface、modelscope，或镜像的地址，例如 https://hf-mirror.com。</translation>
    </message>
    <message>
        <source>Choose nvidia/Nemotron-3-Diarization.</source>
        <translation>请选择 nvidia/Nemotron-3-Diarization。</translation>
    </message>
    <message>
        <source>Choose one of: {0}.</source>
        <translation>请从以下选项中选择：{0}。</translation>
    </message>
    <message>
        <source>Choose the folder of a model.</source>
        <translation>请选择模型的文件夹。</translation>
    </message>
    <message>
        <source>Choose the name of a file.</source>
        <translation>请选择一个文件名。</translation>
    </message>
    <message>
        <source>Choose transcriptions or chat.</source>
        <translation>请选择 transcriptions 或 chat。</translation>
    </message>
    <message>
        <source>Choose {0}, or another speech model.</source>
        <translation>请选择 {0}，或选择其他语音模型。</translation>
    </message>
    <message>
        <source>Choose “cpu”, or see what `folkmoot doctor` lists.</source>
        <translation>请选择“cpu”，或查看 `folkmoot doctor` 的列表。</translation>
    </message>
    <message>
        <source>Choose “none” for it.</source>
        <translation>请为它选择“none”。</translation>
    </message>
    <message>
        <source>Chosen by its folder.</source>
        <translation>按其文件夹选择。</translation>
    </message>
    <message>
        <source>Close it; what is left in the library&apos;s log goes away with that.</source>
        <translation>请关闭那个程序；会议库日志中的残留内容会随之清除。</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller model, such as {0}.</source>
        <translation>请关闭其他程序，或选择较小的模型，例如 {0}。</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller model.</source>
        <translation>请关闭其他程序，或选择较小的模型。</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller speech model.</source>
        <translation>请关闭其他程序，或选择较小的语音模型。</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller text model.</source>
        <translation>请关闭其他程序，或选择较小的文本模型。</translation>
    </message>
    <message>
        <source>Close other programs, or leave out the times of words.</source>
        <translation>请关闭其他程序，或不标注词语时间。</translation>
    </message>
    <message>
        <source>Close programs that need much of it.</source>
        <translation>请关闭占用较多资源的程序。</translation>
    </message>
    <message>
        <source>Close that program and try again.</source>
        <translation>请关闭那个程序，然后重试。</translation>
    </message>
    <message>
        <source>Close that program, or choose another device.</source>
        <translation>请关闭那个程序，或选择其他设备。</translation>
    </message>
    <message>
        <source>Close that program; or, in the device&apos;s additional properties under Advanced, do not let applications take exclusive control.</source>
        <translation>请关闭那个程序；或在设备的其他属性的“高级”中，不允许应用程序独占控制。</translation>
    </message>
    <message>
        <source>Compares voices with one another. Needs no download.</source>
        <translation>相互比较声音。无需下载。</translation>
    </message>
    <message>
        <source>Connect it again, or choose another device in the sound settings of the system.</source>
        <translation>请重新连接，或在系统的声音设置中选择其他设备。</translation>
    </message>
    <message>
        <source>Connect it again, or choose another device.</source>
        <translation>请重新连接，或选择其他设备。</translation>
    </message>
    <message>
        <source>Connect it again, or choose another one in the sound settings of the system, and play on.</source>
        <translation>请重新连接，或在系统的声音设置中选择其他设备，然后继续播放。</translation>
    </message>
    <message>
        <source>Connect loudspeakers or headphones, or choose them in the sound settings of the system.</source>
        <translation>请连接扬声器或耳机，或在系统的声音设置中选择。</translation>
    </message>
    <message>
        <source>Connect one; the recording takes it up.</source>
        <translation>请连接一个；录音会自动使用它。</translation>
    </message>
    <message>
        <source>Connect one; the recording will take it up.</source>
        <translation>请连接一个；录音会自动使用它。</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>Convert the file to wav, mp3 or m4a and import that.</source>
        <translation>请把文件转换为 wav、mp3 或 m4a，然后导入。</translation>
    </message>
    <message>
        <source>Copy it again, or unpack it elsewhere.</source>
        <translation>请重新复制，或在别处解压。</translation>
    </message>
    <message>
        <source>Copy or download the whole model again.</source>
        <translation>请重新复制或下载整个模型。</translation>
    </message>
    <message>
        <source>Copy or download the whole model folder again.</source>
        <translation>请重新复制或下载整个模型文件夹。</translation>
    </message>
    <message>
        <source>Correct it or delete it, and add the servers again.</source>
        <translation>请修正或删除它，然后重新添加服务器。</translation>
    </message>
    <message>
        <source>Correct the file, or remove it.</source>
        <translation>请修正或移除该文件。</translation>
    </message>
    <message>
        <source>Default input</source>
        <translation>默认输入设备</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>设备或资源忙</translation>
    </message>
    <message>
        <source>Download it first.</source>
        <translation>请先下载它。</translation>
    </message>
    <message>
        <source>Enter it again and name one: folkmoot servers add {0} {1}</source>
        <translation>请重新添加并指定一个：folkmoot servers add {0} {1}</translation>
    </message>
    <message>
        <source>Enter it again with: folkmoot servers key {0}</source>
        <translation>请重新输入：folkmoot servers key {0}</translation>
    </message>
    <message>
        <source>Entered are: {0}. Add one with: folkmoot servers add {1} URL</source>
        <translation>已添加的有：{0}。添加一个：folkmoot servers add {1} URL</translation>
    </message>
    <message>
        <source>Even these are slow here: plan for more time than the meeting took.</source>
        <translation>即使这些模型在此也很慢：所需时间会比会议本身更长。</translation>
    </message>
    <message>
        <source>Everything is written down after the recording.</source>
        <translation>所有内容会在录音结束后写成文字。</translation>
    </message>
    <message>
        <source>Excellent minutes; wants a graphics card with 48 GB.</source>
        <translation>纪要质量极佳；最好有 48 GB 的显卡。</translation>
    </message>
    <message>
        <source>Finding speech: {0} of {1}</source>
        <translation>正在查找语音：{0} / {1}</translation>
    </message>
    <message>
        <source>Folkmoot may not read {0}.</source>
        <translation>Folkmoot 没有读取 {0} 的权限。</translation>
    </message>
    <message>
        <source>Folkmoot may not write to {0}.</source>
        <translation>Folkmoot 没有写入 {0} 的权限。</translation>
    </message>
    <message>
        <source>For old computers; its minutes are rough.</source>
        <translation>适合旧电脑；纪要比较粗略。</translation>
    </message>
    <message>
        <source>For research and evaluation only. Commercial use needs a licence from Alibaba Cloud.</source>
        <translation>仅用于研究和评估。商业使用需要阿里云的许可。</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>请腾出一些空间，然后重试。</translation>
    </message>
    <message>
        <source>Free some space and try again. What was stored before is kept.</source>
        <translation>请腾出一些空间，然后重试。此前保存的内容都已保留。</translation>
    </message>
    <message>
        <source>Free some space on it.</source>
        <translation>请在磁盘上腾出一些空间。</translation>
    </message>
    <message>
        <source>Free {0} MB on the disk that holds {1} and try again.</source>
        <translation>请在 {1} 所在的磁盘上腾出 {0} MB，然后重试。</translation>
    </message>
    <message>
        <source>Free {0} MB on the disk that holds {1}; it is packed later.</source>
        <translation>请在 {1} 所在的磁盘上腾出 {0} MB；稍后会再压缩。</translation>
    </message>
    <message>
        <source>Free {0} MB or more on the disk that holds {1} and try again.</source>
        <translation>请在 {1} 所在的磁盘上腾出 {0} MB 或更多空间，然后重试。</translation>
    </message>
    <message>
        <source>Free {0} MB or more on the disk that holds {1}.</source>
        <translation>请在 {1} 所在的磁盘上腾出 {0} MB 或更多空间。</translation>
    </message>
    <message>
        <source>Free {0} there, or choose a smaller model.</source>
        <translation>请在那里腾出 {0}，或选择较小的模型。</translation>
    </message>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Get a version of the model with .safetensors files.</source>
        <translation>请获取带有 .safetensors 文件的模型版本。</translation>
    </message>
    <message>
        <source>Get it (about {0} GB) with: folkmoot models get {1}. If you have {2} on a disk: folkmoot models import FOLDER</source>
        <translation>获取它（约 {0} GB）：folkmoot models get {1}。如果磁盘上已有 {2}：folkmoot models import FOLDER</translation>
    </message>
    <message>
        <source>Get the repository {0} instead (its name ends in -hf).</source>
        <translation>请改用仓库 {0}（名称以 -hf 结尾）。</translation>
    </message>
    <message>
        <source>Get the version of the model that needs none.</source>
        <translation>请获取不需要运行代码的模型版本。</translation>
    </message>
    <message>
        <source>Give 1024 or more tokens, a time above 0, and at least one request at a time.</source>
        <translation>请设定 1024 或更多的 token、大于 0 的时间，以及至少一个并发请求。</translation>
    </message>
    <message>
        <source>Give another name: --as NAME</source>
        <translation>请指定其他名称：--as NAME</translation>
    </message>
    <message>
        <source>Give more of the id.</source>
        <translation>请提供更多的 id 字符。</translation>
    </message>
    <message>
        <source>Give more of the name, or the id in brackets.</source>
        <translation>请写出更多名称，或括号中的 id。</translation>
    </message>
    <message>
        <source>Give the file another name, and another title in it.</source>
        <translation>请为文件换一个名称，并在其中换一个标题。</translation>
    </message>
    <message>
        <source>Give the id of a meeting, or at least the first {0} characters of it.</source>
        <translation>请提供会议的 id，或至少其前 {0} 个字符。</translation>
    </message>
    <message>
        <source>Give the name of a speech model, a text model, or both.</source>
        <translation>请填写语音模型、文本模型，或两者的名称。</translation>
    </message>
    <message>
        <source>Give the speaker a name first.</source>
        <translation>请先为说话人命名。</translation>
    </message>
    <message>
        <source>Goes on with {0}.</source>
        <translation>使用 {0} 继续。</translation>
    </message>
    <message>
        <source>Good and quick; runs without a graphics card.</source>
        <translation>效果好、速度快；不需要显卡。</translation>
    </message>
    <message>
        <source>Good minutes, and a long meeting in little memory; wants a graphics card.</source>
        <translation>纪要质量好，用很少的内存处理长会议；最好有显卡。</translation>
    </message>
    <message>
        <source>Good minutes; wants a graphics card.</source>
        <translation>纪要质量好；最好有显卡。</translation>
    </message>
    <message>
        <source>If everybody is in the room, that is fine.</source>
        <translation>如果所有人都在会议室里，这没有问题。</translation>
    </message>
    <message>
        <source>If it is on a disk that was removed, connect that disk again.</source>
        <translation>如果它在已移除的磁盘上，请重新连接该磁盘。</translation>
    </message>
    <message>
        <source>If this lasts, start the computer again.</source>
        <translation>如果一直如此，请重新启动电脑。</translation>
    </message>
    <message>
        <source>If you hear something: open System Settings → Privacy &amp; Security → Screen &amp; System Audio Recording, allow Folkmoot (or the terminal it was started from), and start it again.</source>
        <translation>如果您能听到声音：请打开“系统设置 → 隐私与安全性 → 录屏与系统录音”，允许 Folkmoot（或启动它的终端），然后重新启动它。</translation>
    </message>
    <message>
        <source>Import another model.</source>
        <translation>请导入其他模型。</translation>
    </message>
    <message>
        <source>Import it under a name of its own: --as NAME</source>
        <translation>请用单独的名称导入：--as NAME</translation>
    </message>
    <message>
        <source>Import one folder at a time.</source>
        <translation>请一次导入一个文件夹。</translation>
    </message>
    <message>
        <source>Import the recording again with: folkmoot process FILE</source>
        <translation>请重新导入录音：folkmoot process FILE</translation>
    </message>
    <message>
        <source>Import the recording again, or put the file back from a copy of the library.</source>
        <translation>请重新导入录音，或从会议库的副本中放回该文件。</translation>
    </message>
    <message>
        <source>In Settings → System → Sound choose the device, and as its format “24 bit, 48000 Hz”.</source>
        <translation>请在“设置 → 系统 → 声音”中选择该设备，并将其格式设为“24 位，48000 Hz”。</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>Install Folkmoot again, or build the kit with: python -m models.starter.build</source>
        <translation>请重新安装 Folkmoot，或构建套件：python -m models.starter.build</translation>
    </message>
    <message>
        <source>Install Folkmoot again.</source>
        <translation>请重新安装 Folkmoot。</translation>
    </message>
    <message>
        <source>Install a virtual sound device such as BlackHole and send the sound through it, or choose “none”.</source>
        <translation>请安装 BlackHole 之类的虚拟声音设备，让声音从它经过；或选择“none”。</translation>
    </message>
    <message>
        <source>Install it: libportaudio2 on Debian and Ubuntu, portaudio on Fedora and Arch.</source>
        <translation>请安装它：Debian 和 Ubuntu 上为 libportaudio2，Fedora 和 Arch 上为 portaudio。</translation>
    </message>
    <message>
        <source>Interview</source>
        <translation>访谈</translation>
    </message>
    <message>
        <source>It computes in bfloat16, which was measured here to be {0} times as fast as float32.</source>
        <translation>它以 bfloat16 计算；经测量，在此比 float32 快到 {0} 倍。</translation>
    </message>
    <message>
        <source>It computes in float32, which was measured here to be faster than bfloat16.</source>
        <translation>它以 float32 计算；经测量，在此比 bfloat16 快。</translation>
    </message>
    <message>
        <source>It ended before anything was recorded; discard it.</source>
        <translation>它在录到内容之前就结束了；请丢弃它。</translation>
    </message>
    <message>
        <source>It has to be like this: {&quot;title&quot;: &quot;Retrospective&quot;, &quot;look_for&quot;: &quot;What went well and what did not.&quot;}</source>
        <translation>格式应为：{&quot;title&quot;: &quot;回顾会&quot;, &quot;look_for&quot;: &quot;哪些做得好，哪些不好。&quot;}</translation>
    </message>
    <message>
        <source>It has {0} of weights, and {1} has about {2}: it is another model, or a quantised one.</source>
        <translation>它的权重为 {0}，而 {1} 约为 {2}：它是另一个模型，或是量化版本。</translation>
    </message>
    <message>
        <source>It is damaged, protected, or holds no sound; choose another copy.</source>
        <translation>它已损坏、受保护或不含声音；请选择其他副本。</translation>
    </message>
    <message>
        <source>It is here already.</source>
        <translation>它已经在这里了。</translation>
    </message>
    <message>
        <source>It may be a sign-in page of the network you are in, or a mirror that is out of order: open {0} in a browser, or choose another hub.</source>
        <translation>它可能是您所在网络的登录页面，也可能是镜像有故障：请在浏览器中打开 {0}，或选择其他站点。</translation>
    </message>
    <message>
        <source>It starts again by itself.</source>
        <translation>它会自动重新开始。</translation>
    </message>
    <message>
        <source>It takes less than 30 MB.</source>
        <translation>它占用不到 30 MB。</translation>
    </message>
    <message>
        <source>It wants to run code of its own (auto_map in config.json), which is refused.</source>
        <translation>它要运行自带的代码（config.json 中的 auto_map），因此被拒绝。</translation>
    </message>
    <message>
        <source>It was deleted, or has not been read in yet.</source>
        <translation>它已被删除，或尚未读入。</translation>
    </message>
    <message>
        <source>It was left as it was. Please report this; the former program still opens it.</source>
        <translation>它保持原样。请报告此问题；旧版程序仍可打开它。</translation>
    </message>
    <message>
        <source>Its sound may still be there, in {0}. Import it again as a recording.</source>
        <translation>它的声音可能仍在 {0} 中。请把它作为录音重新导入。</translation>
    </message>
    <message>
        <source>Its weights are pickled files ({0}), which can run code when opened and are refused.</source>
        <translation>它的权重是 pickle 文件（{0}），打开时可能运行代码，因此被拒绝。</translation>
    </message>
    <message>
        <source>Known are: {0}.</source>
        <translation>已知的有：{0}。</translation>
    </message>
    <message>
        <source>Lecture</source>
        <translation>讲座或培训</translation>
    </message>
    <message>
        <source>Left behind, because a model does not need it: {0}</source>
        <translation>未复制，因为模型不需要：{0}</translation>
    </message>
    <message>
        <source>Listens best; needs 70 GB on a card and is better run by a server.</source>
        <translation>听得最好；需要 70 GB 显存，更适合在服务器上运行。</translation>
    </message>
    <message>
        <source>Listens better than the 3B; wants a graphics card with 24 GB.</source>
        <translation>比 3B 听得更好；最好有 24 GB 的显卡。</translation>
    </message>
    <message>
        <source>Listens to stretches of up to 30 s.</source>
        <translation>能听最长 30 秒的片段。</translation>
    </message>
    <message>
        <source>Listens: language, tone, sounds, questions about a stretch of sound.</source>
        <translation>能听：语言、语气、声响，以及关于一段声音的问题。</translation>
    </message>
    <message>
        <source>Little text for so much speech</source>
        <translation>讲话较多而文字很少</translation>
    </message>
    <message>
        <source>Live text ended because of an internal error.</source>
        <translation>实时文字因内部错误而结束。</translation>
    </message>
    <message>
        <source>Live text stopped several times.</source>
        <translation>实时文字多次停止。</translation>
    </message>
    <message>
        <source>Loading the model for the times of words</source>
        <translation>正在载入对齐词语时间的模型</translation>
    </message>
    <message>
        <source>Loading the speech model</source>
        <translation>正在载入语音模型</translation>
    </message>
    <message>
        <source>Loading the text model</source>
        <translation>正在载入文本模型</translation>
    </message>
    <message>
        <source>Look at its log. Nothing is lost: try again later.</source>
        <translation>请查看它的日志。没有任何丢失：请稍后重试。</translation>
    </message>
    <message>
        <source>Look at the list of models again.</source>
        <translation>请重新查看模型列表。</translation>
    </message>
    <message>
        <source>Look at the meeting again.</source>
        <translation>请重新查看会议。</translation>
    </message>
    <message>
        <source>Look it up in the list of meetings.</source>
        <translation>请在会议列表中查找。</translation>
    </message>
    <message>
        <source>Look them up in the list of people.</source>
        <translation>请在人员列表中查找。</translation>
    </message>
    <message>
        <source>Looking for names</source>
        <translation>正在查找姓名</translation>
    </message>
    <message>
        <source>Lower its level, or move away from it.</source>
        <translation>请降低它的音量，或离它远一些。</translation>
    </message>
    <message>
        <source>Lower the volume of what plays.</source>
        <translation>请调低播放的音量。</translation>
    </message>
    <message>
        <source>Make the archive again.</source>
        <translation>请重新制作压缩包。</translation>
    </message>
    <message>
        <source>Make the file and its folder writable, or name another folder in FOLKMOOT_HOME.</source>
        <translation>请让该文件及其文件夹可以写入，或在 FOLKMOOT_HOME 中指定其他文件夹。</translation>
    </message>
    <message>
        <source>Microphone of the meeting</source>
        <translation>会议的麦克风</translation>
    </message>
    <message>
        <source>Mixtures of experts cannot be quantised here.</source>
        <translation>混合专家模型在此无法量化。</translation>
    </message>
    <message>
        <source>Models for real meetings need {0} GB of disk, and {1} are free.</source>
        <translation>用于真实会议的模型需要 {0} GB 磁盘空间，而可用 {1} GB。</translation>
    </message>
    <message>
        <source>Models for real meetings need {0} GB of memory, and this computer has {1}.</source>
        <translation>用于真实会议的模型需要 {0} GB 内存，而这台电脑有 {1} GB。</translation>
    </message>
    <message>
        <source>More text than time, so it was heard again</source>
        <translation>文字多得与时长不符，因此重新听了一遍</translation>
    </message>
    <message>
        <source>Move it away, or name another folder in FOLKMOOT_HOME.</source>
        <translation>请把它移走，或在 FOLKMOOT_HOME 中指定其他文件夹。</translation>
    </message>
    <message>
        <source>Move that file away, or choose another folder.</source>
        <translation>请移走该文件，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Name the folder of a model, or a .zip or .tar of one.</source>
        <translation>请指定模型的文件夹，或模型的 .zip 或 .tar 文件。</translation>
    </message>
    <message>
        <source>Naming the chapters</source>
        <translation>正在为章节命名</translation>
    </message>
    <message>
        <source>Newer than Qwen3 0.6B and little larger; its minutes are rough.</source>
        <translation>比 Qwen3 0.6B 新，只略大一些；纪要比较粗略。</translation>
    </message>
    <message>
        <source>Newer than Qwen3 1.7B, and holds a longer meeting in less memory.</source>
        <translation>比 Qwen3 1.7B 新，用更少的内存处理更长的会议。</translation>
    </message>
    <message>
        <source>Next try in {0} s.</source>
        <translation>{0} 秒后重试。</translation>
    </message>
    <message>
        <source>No microphone is connected.</source>
        <translation>没有连接麦克风。</translation>
    </message>
    <message>
        <source>No sound could be decoded from {0}.</source>
        <translation>无法从 {0} 解码出声音。</translation>
    </message>
    <message>
        <source>No sound from the computer so far.</source>
        <translation>到目前为止没有来自电脑的声音。</translation>
    </message>
    <message>
        <source>No sound server answers.</source>
        <translation>没有声音服务器响应。</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>设备上没有剩余空间</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有这样的文件或文件夹</translation>
    </message>
    <message>
        <source>No {0} is called “{1}”.</source>
        <translation>没有名为“{1}”的 {0}。</translation>
    </message>
    <message>
        <source>No {0} is connected.</source>
        <translation>没有连接 {0}。</translation>
    </message>
    <message>
        <source>No {0} is connected; connect one, or choose “none”.</source>
        <translation>没有连接 {0}；请连接一个，或选择“none”。</translation>
    </message>
    <message>
        <source>Not written down: {0} of speech in {1} places; the longest is {2} at {3}.</source>
        <translation>未能写下：{1} 处共 {0} 的讲话；最长的一处在 {3}，长 {2}。</translation>
    </message>
    <message>
        <source>Not written down: {0}.</source>
        <translation>未能写下：{0}。</translation>
    </message>
    <message>
        <source>Nothing here carries the computer&apos;s own sound.</source>
        <translation>这里没有可以录制电脑自身声音的设备。</translation>
    </message>
    <message>
        <source>Nothing is lost. Try again later, or choose a model on this machine.</source>
        <translation>没有任何丢失。请稍后重试，或选择这台电脑上的模型。</translation>
    </message>
    <message>
        <source>Nothing is lost. Try again later.</source>
        <translation>没有任何丢失。请稍后重试。</translation>
    </message>
    <message>
        <source>Nothing that was recorded of the meeting “{0}” is in {1}.</source>
        <translation>{1} 中没有会议“{0}”的任何录音。</translation>
    </message>
    <message>
        <source>Nothing was installed. Choose another hub, or another model.</source>
        <translation>没有安装任何内容。请选择其他站点或其他模型。</translation>
    </message>
    <message>
        <source>One remark that the microphone picked up from the loudspeaker is</source>
        <translation>麦克风从扬声器录到的 1 句话</translation>
    </message>
    <message>
        <source>One-to-one</source>
        <translation>一对一谈话</translation>
    </message>
    <message>
        <source>Only these are used, because other forms can run code when they are opened.</source>
        <translation>只使用这些形式，因为其他形式在打开时可能运行代码。</translation>
    </message>
    <message>
        <source>Only {0} GB of memory are free at present: close other programs first.</source>
        <translation>目前可用内存只有 {0} GB：请先关闭其他程序。</translation>
    </message>
    <message>
        <source>Open Settings → Privacy &amp; security → Microphone, and switch on “Microphone access” and “Let desktop apps access your microphone”.</source>
        <translation>请打开“设置 → 隐私和安全性 → 麦克风”，开启“麦克风访问”和“让桌面应用访问你的麦克风”。</translation>
    </message>
    <message>
        <source>Open System Settings → Privacy &amp; Security → Microphone, allow Folkmoot (or the terminal it was started from), and start it again.</source>
        <translation>请打开“系统设置 → 隐私与安全性 → 麦克风”，允许 Folkmoot（或启动它的终端），然后重新启动它。</translation>
    </message>
    <message>
        <source>Open System Settings → Privacy &amp; Security → Screen &amp; System Audio Recording, allow Folkmoot (or the terminal it was started from) under “System Audio Recording Only”, and start it again.</source>
        <translation>请打开“系统设置 → 隐私与安全性 → 录屏与系统录音”，在“仅系统录音”下允许 Folkmoot（或启动它的终端），然后重新启动它。</translation>
    </message>
    <message>
        <source>Open it in the program that recorded it, which may repair it, or use another copy.</source>
        <translation>请用录制它的程序打开，或许可以修复；也可以使用其他副本。</translation>
    </message>
    <message>
        <source>Open {0}, accept what it asks, and put your access token into HF_TOKEN.</source>
        <translation>请打开 {0}，接受其要求，并把您的访问令牌放入 HF_TOKEN。</translation>
    </message>
    <message>
        <source>Or install the virtual device BlackHole, put it and your headphones into a Multi-Output Device in Audio MIDI Setup, make that the output, and choose BlackHole here.</source>
        <translation>也可以安装虚拟设备 BlackHole，在“音频 MIDI 设置”中把它和您的耳机加入一个“多输出设备”，将其设为输出，并在这里选择 BlackHole。</translation>
    </message>
    <message>
        <source>Packing the recording</source>
        <translation>正在压缩录音</translation>
    </message>
    <message>
        <source>Paused {0} (at {1}).</source>
        <translation>暂停：{0}（在 {1}）。</translation>
    </message>
    <message>
        <source>Paused {0} times.</source>
        <translation>暂停了 {0} 次。</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>Playing failed ({0}).</source>
        <translation>播放失败（{0}）。</translation>
    </message>
    <message>
        <source>Plug it in again, or choose another microphone.</source>
        <translation>请重新插好麦克风，或选择其他麦克风。</translation>
    </message>
    <message>
        <source>Project or decision meeting</source>
        <translation>项目或决策会议</translation>
    </message>
    <message>
        <source>Put back a backup of the file. Without one, move it away and keep it: a new library is made, and the recordings in the folder “meetings” are still there.</source>
        <translation>请放回该文件的备份。如果没有备份，请把它移走并保留：程序会新建一个会议库，文件夹“meetings”中的录音仍然都在。</translation>
    </message>
    <message>
        <source>Put its file back from a copy of the library.</source>
        <translation>请从会议库的副本中放回它的文件。</translation>
    </message>
    <message>
        <source>Put its files back from a copy of the library, or delete the meeting.</source>
        <translation>请从会议库的副本中放回文件，或删除该会议。</translation>
    </message>
    <message>
        <source>Put the file back from a copy of the library, if there is one.</source>
        <translation>如果会议库有副本，请从副本中放回该文件。</translation>
    </message>
    <message>
        <source>Read it at {0} and accept it.</source>
        <translation>请在 {0} 阅读并接受。</translation>
    </message>
    <message>
        <source>Read it at {0}. To accept it: --accept-licence</source>
        <translation>请在 {0} 阅读。要接受它：--accept-licence</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>文件系统是只读的</translation>
    </message>
    <message>
        <source>Reading {0}: {1}</source>
        <translation>正在读取 {0}：{1}</translation>
    </message>
    <message>
        <source>Reading {0}: {1} of {2}</source>
        <translation>正在读取 {0}：{1} / {2}</translation>
    </message>
    <message>
        <source>Run dev.py again, or install Folkmoot anew.</source>
        <translation>请重新运行 dev.py，或重新安装 Folkmoot。</translation>
    </message>
    <message>
        <source>Runs without a graphics card.</source>
        <translation>不需要显卡即可运行。</translation>
    </message>
    <message>
        <source>Sales or customer call</source>
        <translation>销售或客户通话</translation>
    </message>
    <message>
        <source>Says when each word was spoken, in 11 languages.</source>
        <translation>标注每个词语的时间，支持 11 种语言。</translation>
    </message>
    <message>
        <source>See what is: folkmoot models list</source>
        <translation>查看已安装的模型：folkmoot models list</translation>
    </message>
    <message>
        <source>See what there is with: folkmoot models list</source>
        <translation>查看有哪些模型：folkmoot models list</translation>
    </message>
    <message>
        <source>See which models it has with: folkmoot servers test {0}</source>
        <translation>查看它有哪些模型：folkmoot servers test {0}</translation>
    </message>
    <message>
        <source>Segment times only for {0}: single words have no times there.</source>
        <translation>{0} 只有段落的时间，没有词语的时间。</translation>
    </message>
    <message>
        <source>Segment times only, no times of single words: {0}</source>
        <translation>只有段落的时间，没有词语的时间：{0}</translation>
    </message>
    <message>
        <source>Set it to 48 kHz in the system&apos;s settings.</source>
        <translation>请在系统设置中把它设为 48 kHz。</translation>
    </message>
    <message>
        <source>Set the environment variable {0} instead.</source>
        <translation>请改为设置环境变量 {0}。</translation>
    </message>
    <message>
        <source>Several meetings have ids that begin with “{0}”: {1}, ….</source>
        <translation>有几个会议的 id 以“{0}”开头：{1}、…。</translation>
    </message>
    <message>
        <source>Several meetings have ids that begin with “{0}”: {1}.</source>
        <translation>有几个会议的 id 以“{0}”开头：{1}。</translation>
    </message>
    <message>
        <source>Something is playing, but the computer&apos;s sound arrives here as silence.</source>
        <translation>有声音在播放，但录到的电脑声音是静音。</translation>
    </message>
    <message>
        <source>Sound of the meeting</source>
        <translation>会议的声音</translation>
    </message>
    <message>
        <source>Speaker {0}</source>
        <translation>说话人 {0}</translation>
    </message>
    <message>
        <source>Stand-up</source>
        <translation>站会</translation>
    </message>
    <message>
        <source>Start PipeWire (with pipewire-pulse) or PulseAudio; on most systems logging out and in again does.</source>
        <translation>请启动 PipeWire（带 pipewire-pulse）或 PulseAudio；在大多数系统上，注销后重新登录即可。</translation>
    </message>
    <message>
        <source>Start it, or start the computer again.</source>
        <translation>请启动它，或重新启动电脑。</translation>
    </message>
    <message>
        <source>Starter kit: minutes</source>
        <translation>入门套件：纪要</translation>
    </message>
    <message>
        <source>Starter kit: speech</source>
        <translation>入门套件：语音</translation>
    </message>
    <message>
        <source>Stop that recording first.</source>
        <translation>请先停止那个录音。</translation>
    </message>
    <message>
        <source>Stop the recording first, then try again.</source>
        <translation>请先停止录音，然后重试。</translation>
    </message>
    <message>
        <source>Taken for another language at first</source>
        <translation>起初被当成了另一种语言</translation>
    </message>
    <message>
        <source>Talk time: {0}.</source>
        <translation>讲话时长：{0}。</translation>
    </message>
    <message>
        <source>Telling the speakers apart</source>
        <translation>正在区分说话人</translation>
    </message>
    <message>
        <source>Tells the speakers apart; it is part of Folkmoot and small.</source>
        <translation>区分说话人；它是 Folkmoot 的一部分，体积很小。</translation>
    </message>
    <message>
        <source>Tells up to 8 speakers apart, also while they talk at once.</source>
        <translation>最多可区分 8 位说话人，同时讲话时也可以。</translation>
    </message>
    <message>
        <source>Tells up to 8 speakers apart, also while they talk at once; Folkmoot&apos;s own way does it without.</source>
        <translation>最多可区分 8 位说话人，同时讲话时也可以；Folkmoot 自带的方法则不需要它。</translation>
    </message>
    <message>
        <source>The Hugging Face hub</source>
        <translation>Hugging Face 站点</translation>
    </message>
    <message>
        <source>The Mac was asleep.</source>
        <translation>这台 Mac 曾进入睡眠。</translation>
    </message>
    <message>
        <source>The Windows Audio service is not running.</source>
        <translation>Windows Audio 服务没有运行。</translation>
    </message>
    <message>
        <source>The archive has two files of one name in it.</source>
        <translation>压缩包中有两个同名文件。</translation>
    </message>
    <message>
        <source>The archive is encrypted.</source>
        <translation>压缩包已加密。</translation>
    </message>
    <message>
        <source>The best minutes here; wants a graphics card with 80 GB.</source>
        <translation>这里最好的纪要；最好有 80 GB 的显卡。</translation>
    </message>
    <message>
        <source>The best {0} model that fits into memory and is not too slow for the processor.</source>
        <translation>内存放得下、在处理器上又不会太慢的最好的 {0} 模型。</translation>
    </message>
    <message>
        <source>The best {0} model that fits on {1}.</source>
        <translation>{1} 上能运行的最好的 {0} 模型。</translation>
    </message>
    <message>
        <source>The channels cancel each other when mixed to one; speech may be missing.</source>
        <translation>各声道混合后互相抵消，可能缺少部分讲话。</translation>
    </message>
    <message>
        <source>The computer is too busy: {0} of the {1} was lost.</source>
        <translation>电脑太忙：{1} 丢失了 {0}。</translation>
    </message>
    <message>
        <source>The computer slept for {0} (at {1}).</source>
        <translation>电脑休眠了 {0}（在 {1}）。</translation>
    </message>
    <message>
        <source>The computer slept {0} times, for {1} in all.</source>
        <translation>电脑休眠了 {0} 次，共 {1}。</translation>
    </message>
    <message>
        <source>The computer&apos;s own sound cannot be recorded directly on this Mac.</source>
        <translation>在这台 Mac 上无法直接录制电脑自身的声音。</translation>
    </message>
    <message>
        <source>The computer&apos;s sound cannot be recorded now: {0}.</source>
        <translation>现在无法录制电脑声音：{0}。</translation>
    </message>
    <message>
        <source>The computer&apos;s sound does not come any more.</source>
        <translation>电脑声音不再传来。</translation>
    </message>
    <message>
        <source>The connection to {0} is not trusted ({1}).</source>
        <translation>与 {0} 的连接不受信任（{1}）。</translation>
    </message>
    <message>
        <source>The device could not be recorded: {0}.</source>
        <translation>无法录制该设备：{0}。</translation>
    </message>
    <message>
        <source>The disk became full; nothing of this track was kept.</source>
        <translation>磁盘已满；此音轨没有保留任何内容。</translation>
    </message>
    <message>
        <source>The disk has space for about {0} of recording.</source>
        <translation>磁盘空间大约还可以录制 {0}。</translation>
    </message>
    <message>
        <source>The disk is full, so the recording ended.</source>
        <translation>磁盘已满，录音已结束。</translation>
    </message>
    <message>
        <source>The disk is full: the library could not be written ({0}).</source>
        <translation>磁盘已满：无法写入会议库（{0}）。</translation>
    </message>
    <message>
        <source>The disk is too full for this recording: its working copy needs about {0} MB and {1} MB are free.</source>
        <translation>磁盘太满，放不下此录音：工作副本大约需要 {0} MB，可用 {1} MB。</translation>
    </message>
    <message>
        <source>The disk is too full to record: {0} MB are free, and five minutes need {1} MB.</source>
        <translation>磁盘太满，无法录音：可用 {0} MB，而五分钟需要 {1} MB。</translation>
    </message>
    <message>
        <source>The disk reports an error for the library ({0}).</source>
        <translation>磁盘报告会议库有错误（{0}）。</translation>
    </message>
    <message>
        <source>The file announces {0} of sound but holds {1}; it may have been cut off.</source>
        <translation>文件标明有 {0} 的声音，实际只有 {1}；它可能被截断了。</translation>
    </message>
    <message>
        <source>The file has {0} sound tracks; only the main one was used.</source>
        <translation>文件有 {0} 条音轨；只使用了主音轨。</translation>
    </message>
    <message>
        <source>The file is damaged after {0}; the rest could not be read.</source>
        <translation>文件在 {0} 之后已损坏，其余部分无法读取。</translation>
    </message>
    <message>
        <source>The file is kept as {0}.</source>
        <translation>该文件已保留为 {0}。</translation>
    </message>
    <message>
        <source>The file is still {0}; it is replaced when settings are changed.</source>
        <translation>该文件仍是 {0}；更改设置时会替换它。</translation>
    </message>
    <message>
        <source>The folder of the templates could not be read: {0} ({1}).</source>
        <translation>无法读取模板的文件夹：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The folder of this recording is gone ({0}), so the recording ended.</source>
        <translation>此录音的文件夹已不存在（{0}），录音已结束。</translation>
    </message>
    <message>
        <source>The folder {0} does not exist.</source>
        <translation>文件夹 {0} 不存在。</translation>
    </message>
    <message>
        <source>The journal of the recording is lost: notes and marks, and which device was used.</source>
        <translation>录音的日志已丢失：笔记、标记以及所用设备的信息。</translation>
    </message>
    <message>
        <source>The journal of this recording is empty or damaged ({0}).</source>
        <translation>此录音的日志为空或已损坏（{0}）。</translation>
    </message>
    <message>
        <source>The journal of this recording is missing or damaged: its sound is complete, but its tracks may be some hundredths of a second apart.</source>
        <translation>此录音的日志丢失或已损坏：声音是完整的，但各音轨之间可能相差百分之几秒。</translation>
    </message>
    <message>
        <source>The last {0} s of the {1} track did not reach the disk.</source>
        <translation>{1} 音轨的最后 {0} 秒没有写入磁盘。</translation>
    </message>
    <message>
        <source>The library cannot be opened ({0}).</source>
        <translation>无法打开会议库（{0}）。</translation>
    </message>
    <message>
        <source>The library could not be brought from version {0} to {1} ({2}).</source>
        <translation>无法把会议库从版本 {0} 升级到 {1}（{2}）。</translation>
    </message>
    <message>
        <source>The library has version {0}, made by a newer Folkmoot; this one knows versions up to {1} ({2}).</source>
        <translation>会议库的版本为 {0}，由更新的 Folkmoot 创建；这个程序最高支持版本 {1}（{2}）。</translation>
    </message>
    <message>
        <source>The library is already closed.</source>
        <translation>会议库已经关闭。</translation>
    </message>
    <message>
        <source>The library is damaged ({0}).</source>
        <translation>会议库已损坏（{0}）。</translation>
    </message>
    <message>
        <source>The library is read-only ({0}).</source>
        <translation>会议库是只读的（{0}）。</translation>
    </message>
    <message>
        <source>The list of servers is damaged ({0}).</source>
        <translation>服务器列表已损坏（{0}）。</translation>
    </message>
    <message>
        <source>The meeting is still being recorded.</source>
        <translation>会议仍在录制。</translation>
    </message>
    <message>
        <source>The meeting was written down as {0}, but {1} was heard as well. If several languages were spoken, transcribe it again with mixed languages allowed.</source>
        <translation>会议按 {0} 写成了文字，但也听到了 {1}。如果会议中说了多种语言，请允许混合语言并重新转写。</translation>
    </message>
    <message>
        <source>The meeting “{0}” has no recording to read.</source>
        <translation>会议“{0}”没有可以读取的录音。</translation>
    </message>
    <message>
        <source>The meeting “{0}” is not in the library.</source>
        <translation>会议“{0}”不在会议库中。</translation>
    </message>
    <message>
        <source>The meeting “{0}” is still being recorded.</source>
        <translation>会议“{0}”仍在录制。</translation>
    </message>
    <message>
        <source>The microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>The microphone delivers nothing.</source>
        <translation>麦克风没有传来任何声音。</translation>
    </message>
    <message>
        <source>The microphone delivers only digital silence: it is muted, or Folkmoot may not listen to it.</source>
        <translation>麦克风只传来静音：它已静音，或者不允许 Folkmoot 使用它。</translation>
    </message>
    <message>
        <source>The microphone hears nothing.</source>
        <translation>麦克风听不到任何声音。</translation>
    </message>
    <message>
        <source>The microphone “{0}” is muted.</source>
        <translation>麦克风“{0}”已静音。</translation>
    </message>
    <message>
        <source>The minutes are not in the language that was spoken, so their items could not be compared with the words they cite.</source>
        <translation>纪要的语言与会议中所说的语言不同，因此无法将各条目与其引用的原话核对。</translation>
    </message>
    <message>
        <source>The model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The model in {0} cannot be loaded ({1}: {2}).</source>
        <translation>无法载入 {0} 中的模型（{1}：{2}）。</translation>
    </message>
    <message>
        <source>The model in {0} is no diarizer.</source>
        <translation>{0} 中的模型不是区分说话人的模型。</translation>
    </message>
    <message>
        <source>The model in {0} is not complete: {1}.</source>
        <translation>{0} 中的模型不完整：{1}。</translation>
    </message>
    <message>
        <source>The model repeated itself, so words may be missing</source>
        <translation>模型出现重复，可能缺少字词</translation>
    </message>
    <message>
        <source>The models stopped unexpectedly and were started again from the last finished step.</source>
        <translation>模型意外停止，已从最后完成的步骤重新开始。</translation>
    </message>
    <message>
        <source>The most accurate; wants a graphics card.</source>
        <translation>最准确；最好有显卡。</translation>
    </message>
    <message>
        <source>The one for calls: {0}</source>
        <translation>用于通话的设备：{0}</translation>
    </message>
    <message>
        <source>The other track goes on.</source>
        <translation>另一条音轨继续录制。</translation>
    </message>
    <message>
        <source>The package SoundCard is missing or does not start.</source>
        <translation>软件包 SoundCard 缺失或无法启动。</translation>
    </message>
    <message>
        <source>The package catap does not start: {0}.</source>
        <translation>软件包 catap 无法启动：{0}。</translation>
    </message>
    <message>
        <source>The person is forgotten, but another program still reads an older state of the library.</source>
        <translation>此人已被忘记，但另一个程序仍在读取会议库的旧状态。</translation>
    </message>
    <message>
        <source>The process that holds the models ended by itself ({0}); the computer may be short of memory. What was stored is kept. Run the job again.</source>
        <translation>运行模型的进程自行结束（{0}）；电脑可能内存不足。已保存的内容都已保留。请重新运行该任务。</translation>
    </message>
    <message>
        <source>The processor has {0}, this computer {1} GB of memory.</source>
        <translation>处理器有 {0}，这台电脑有 {1} GB 内存。</translation>
    </message>
    <message>
        <source>The raw sound beside it can still be imported as a file.</source>
        <translation>旁边的原始声音仍可作为文件导入。</translation>
    </message>
    <message>
        <source>The recording could not be packed ({0}).</source>
        <translation>无法压缩录音（{0}）。</translation>
    </message>
    <message>
        <source>The recording ended because of an internal error ({0}).</source>
        <translation>录音因内部错误而结束（{0}）。</translation>
    </message>
    <message>
        <source>The recording goes on when it is back.</source>
        <translation>它恢复后录音会继续。</translation>
    </message>
    <message>
        <source>The recording has gaps; {0} s of silence stand in for them.</source>
        <translation>录音有间断；已用 {0} 秒静音代替。</translation>
    </message>
    <message>
        <source>The recording is not packed yet, because its working copy {0} does not exist.</source>
        <translation>录音还没有压缩，因为它的工作副本 {0} 不存在。</translation>
    </message>
    <message>
        <source>The recording is not packed, because its working copy {0} is {1} s long and should be {2} s.</source>
        <translation>录音没有压缩，因为它的工作副本 {0} 长 {1} 秒，而应为 {2} 秒。</translation>
    </message>
    <message>
        <source>The recording is not packed: that needs {0} MB for a while and {1} MB are free.</source>
        <translation>录音没有压缩：暂时需要 {0} MB，而可用空间只有 {1} MB。</translation>
    </message>
    <message>
        <source>The recording is not packed: {0}</source>
        <translation>录音没有压缩：{0}</translation>
    </message>
    <message>
        <source>The recording of its sound starts again by itself.</source>
        <translation>声音的录制会自动重新开始。</translation>
    </message>
    <message>
        <source>The recording of the computer&apos;s sound broke off.</source>
        <translation>电脑声音的录制中断了。</translation>
    </message>
    <message>
        <source>The recording of “{0}” is being packed by another Folkmoot.</source>
        <translation>另一个 Folkmoot 正在压缩“{0}”的录音。</translation>
    </message>
    <message>
        <source>The recording or copying was not finished; choose another copy.</source>
        <translation>录制或复制没有完成；请选择其他副本。</translation>
    </message>
    <message>
        <source>The recording was interrupted at {0}; up to a second before that may be missing.</source>
        <translation>录音在 {0} 中断；在此之前最多可能缺少一秒。</translation>
    </message>
    <message>
        <source>The recording was interrupted; it goes up to {0}.</source>
        <translation>录音曾中断；到 {0} 为止。</translation>
    </message>
    <message>
        <source>The sample meeting is missing ({0}).</source>
        <translation>缺少示例会议（{0}）。</translation>
    </message>
    <message>
        <source>The server does not list “{0}”.</source>
        <translation>服务器没有列出“{0}”。</translation>
    </message>
    <message>
        <source>The server “{0}” ({1})</source>
        <translation>服务器“{0}”（{1}）</translation>
    </message>
    <message>
        <source>The server “{0}” has no speech model.</source>
        <translation>服务器“{0}”没有语音模型。</translation>
    </message>
    <message>
        <source>The server “{0}” has no text model.</source>
        <translation>服务器“{0}”没有文本模型。</translation>
    </message>
    <message>
        <source>The server “{0}” has no {1} model.</source>
        <translation>服务器“{0}”没有 {1} 模型。</translation>
    </message>
    <message>
        <source>The setting “{0}” cannot be {1}.</source>
        <translation>设置“{0}”不能是 {1}。</translation>
    </message>
    <message>
        <source>The setting “{0}” cannot be {1}; {2} is used instead ({3}).</source>
        <translation>设置“{0}”不能是 {1}；改用 {2}（{3}）。</translation>
    </message>
    <message>
        <source>The sound in {0} is of a kind that cannot be decoded here.</source>
        <translation>{0} 中的声音格式在此无法解码。</translation>
    </message>
    <message>
        <source>The sound library PortAudio is not installed.</source>
        <translation>没有安装声音库 PortAudio。</translation>
    </message>
    <message>
        <source>The sound of the meeting “{0}” is no longer there, so no voice can be heard in it.</source>
        <translation>会议“{0}”的声音已不存在，因此听不到任何人的声音。</translation>
    </message>
    <message>
        <source>The sound output</source>
        <translation>声音输出设备</translation>
    </message>
    <message>
        <source>The sound output does not open ({0}).</source>
        <translation>无法打开声音输出设备（{0}）。</translation>
    </message>
    <message>
        <source>The sound output is gone, so playing stopped.</source>
        <translation>声音输出设备已断开，播放已停止。</translation>
    </message>
    <message>
        <source>The sound server ended.</source>
        <translation>声音服务器已停止。</translation>
    </message>
    <message>
        <source>The sound system</source>
        <translation>声音系统</translation>
    </message>
    <message>
        <source>The sound system does not answer.</source>
        <translation>声音系统没有响应。</translation>
    </message>
    <message>
        <source>The sound system does not answer: {0}.</source>
        <translation>声音系统没有响应：{0}。</translation>
    </message>
    <message>
        <source>The starter kit is for trying and testing only.</source>
        <translation>入门套件仅用于试用和测试。</translation>
    </message>
    <message>
        <source>The starter kit is missing from this installation ({0}).</source>
        <translation>此安装缺少入门套件（{0}）。</translation>
    </message>
    <message>
        <source>The starter kit is part of Folkmoot and cannot be imported.</source>
        <translation>入门套件是 Folkmoot 的一部分，不能导入。</translation>
    </message>
    <message>
        <source>The starter kit is part of Folkmoot and cannot be removed.</source>
        <translation>入门套件是 Folkmoot 的一部分，不能移除。</translation>
    </message>
    <message>
        <source>The stored sound {0} is damaged.</source>
        <translation>已保存的声音 {0} 已损坏。</translation>
    </message>
    <message>
        <source>The stored sound {0} is missing.</source>
        <translation>缺少已保存的声音 {0}。</translation>
    </message>
    <message>
        <source>The system&apos;s keyring refused: {0}.</source>
        <translation>系统的钥匙串拒绝了请求：{0}。</translation>
    </message>
    <message>
        <source>The template {0} cannot be understood (line {1}).</source>
        <translation>模板 {0} 无法识别（第 {1} 行）。</translation>
    </message>
    <message>
        <source>The template {0} cannot be understood.</source>
        <translation>模板 {0} 无法识别。</translation>
    </message>
    <message>
        <source>The template {0} cannot be used: {1}.</source>
        <translation>无法使用模板 {0}：{1}。</translation>
    </message>
    <message>
        <source>The template {0} is too large.</source>
        <translation>模板 {0} 太大。</translation>
    </message>
    <message>
        <source>The template “{0}” is too long for this text model, so the minutes are general.</source>
        <translation>模板“{0}”对此文本模型来说太长，因此纪要采用通用格式。</translation>
    </message>
    <message>
        <source>The template “{0}” was not used: this text model can only quote, so the minutes are general.</source>
        <translation>没有使用模板“{0}”：此文本模型只能引用原文，因此纪要采用通用格式。</translation>
    </message>
    <message>
        <source>The text broke off, so words may be missing</source>
        <translation>文字中途断开，可能缺少字词</translation>
    </message>
    <message>
        <source>The tokenizer in {0} belongs to another model.</source>
        <translation>{0} 中的分词器属于另一个模型。</translation>
    </message>
    <message>
        <source>The tokenizer in {0} does not know {1}, so it belongs to another model.</source>
        <translation>{0} 中的分词器不认识 {1}，因此它属于另一个模型。</translation>
    </message>
    <message>
        <source>The track could not be written to {0} ({1}); nothing of it was kept.</source>
        <translation>无法把音轨写入 {0}（{1}）；没有保留任何内容。</translation>
    </message>
    <message>
        <source>The voice activity detector is missing.</source>
        <translation>缺少语音检测器。</translation>
    </message>
    <message>
        <source>The voice activity detector {0} is damaged or of an unknown version.</source>
        <translation>语音检测器 {0} 已损坏，或版本未知。</translation>
    </message>
    <message>
        <source>The voice encoder {0} is missing or damaged.</source>
        <translation>声音编码器 {0} 缺失或已损坏。</translation>
    </message>
    <message>
        <source>The weights in {0} are pickled files, which can run code when opened and are refused.</source>
        <translation>{0} 中的权重是 pickle 文件，打开时可能运行代码，因此被拒绝。</translation>
    </message>
    <message>
        <source>The weights in {0} do not belong to its config.json.</source>
        <translation>{0} 中的权重与其 config.json 不匹配。</translation>
    </message>
    <message>
        <source>The {0} is not being recorded.</source>
        <translation>{0} 没有被录制。</translation>
    </message>
    <message>
        <source>The {0} is too loud and distorts.</source>
        <translation>{0} 的声音太大，已经失真。</translation>
    </message>
    <message>
        <source>The {0} track cannot be recorded ({1}).</source>
        <translation>无法录制 {0} 音轨（{1}）。</translation>
    </message>
    <message>
        <source>The {0} track cannot be recorded: {1}.</source>
        <translation>无法录制 {0} 音轨：{1}。</translation>
    </message>
    <message>
        <source>The {0} track ended because of an internal error ({1}).</source>
        <translation>{0} 音轨因内部错误而结束（{1}）。</translation>
    </message>
    <message>
        <source>The {0} track has no sound.</source>
        <translation>{0} 音轨没有声音。</translation>
    </message>
    <message>
        <source>The {0} track is missing.</source>
        <translation>缺少 {0} 音轨。</translation>
    </message>
    <message>
        <source>The {0} track of this recording is missing in {1}.</source>
        <translation>{1} 中缺少此录音的 {0} 音轨。</translation>
    </message>
    <message>
        <source>The {0} track was not packed: {1}. It is kept as it was recorded.</source>
        <translation>{0} 音轨没有压缩：{1}。它按录制时的原样保留。</translation>
    </message>
    <message>
        <source>There are no weights (.safetensors) in it.</source>
        <translation>其中没有权重（.safetensors）。</translation>
    </message>
    <message>
        <source>There are several models in it: {0}.</source>
        <translation>其中有多个模型：{0}。</translation>
    </message>
    <message>
        <source>There are these: {0}.</source>
        <translation>现有：{0}。</translation>
    </message>
    <message>
        <source>There is a template “{0}” already, so {1} is not used.</source>
        <translation>已有模板“{0}”，因此不使用 {1}。</translation>
    </message>
    <message>
        <source>There is already somebody called “{0}”.</source>
        <translation>已有名为“{0}”的人。</translation>
    </message>
    <message>
        <source>There is already something called {0}.</source>
        <translation>已有名为 {0} 的内容。</translation>
    </message>
    <message>
        <source>There is no config.json in it, so it is no model.</source>
        <translation>其中没有 config.json，因此不是模型。</translation>
    </message>
    <message>
        <source>There is no device {0} here.</source>
        <translation>这里没有设备 {0}。</translation>
    </message>
    <message>
        <source>There is no file for the track “{0}”.</source>
        <translation>音轨“{0}”没有文件。</translation>
    </message>
    <message>
        <source>There is no file {0} to play.</source>
        <translation>没有可播放的文件 {0}。</translation>
    </message>
    <message>
        <source>There is no file {0}.</source>
        <translation>没有文件 {0}。</translation>
    </message>
    <message>
        <source>There is no meeting whose id begins with “{0}”.</source>
        <translation>没有 id 以“{0}”开头的会议。</translation>
    </message>
    <message>
        <source>There is no meeting “{0}”.</source>
        <translation>没有会议“{0}”。</translation>
    </message>
    <message>
        <source>There is no microphone.</source>
        <translation>没有麦克风。</translation>
    </message>
    <message>
        <source>There is no model folder {0}.</source>
        <translation>没有模型文件夹 {0}。</translation>
    </message>
    <message>
        <source>There is no model “{0}” in the catalogue.</source>
        <translation>目录中没有模型“{0}”。</translation>
    </message>
    <message>
        <source>There is no model “{0}”.</source>
        <translation>没有模型“{0}”。</translation>
    </message>
    <message>
        <source>There is no model “{0}”: it is neither in the catalogue nor a folder.</source>
        <translation>没有模型“{0}”：它既不在目录中，也不是文件夹。</translation>
    </message>
    <message>
        <source>There is no server “{0}”.</source>
        <translation>没有服务器“{0}”。</translation>
    </message>
    <message>
        <source>There is no sound in {0}.</source>
        <translation>{0} 中没有声音。</translation>
    </message>
    <message>
        <source>There is no sound output.</source>
        <translation>没有声音输出设备。</translation>
    </message>
    <message>
        <source>There is no template “{0}” any more, so the minutes are general.</source>
        <translation>模板“{0}”已不存在，因此纪要采用通用格式。</translation>
    </message>
    <message>
        <source>There is no template “{0}”.</source>
        <translation>没有模板“{0}”。</translation>
    </message>
    <message>
        <source>There is no {0}.</source>
        <translation>没有 {0}。</translation>
    </message>
    <message>
        <source>There is not enough memory for the model in {0}.</source>
        <translation>内存不足，无法载入 {0} 中的模型。</translation>
    </message>
    <message>
        <source>There is nothing to import.</source>
        <translation>没有需要导入的内容。</translation>
    </message>
    <message>
        <source>There is nothing to play sound through.</source>
        <translation>没有可以播放声音的设备。</translation>
    </message>
    <message>
        <source>There is nothing to record.</source>
        <translation>没有可录制的内容。</translation>
    </message>
    <message>
        <source>There is {0}.</source>
        <translation>现有：{0}。</translation>
    </message>
    <message>
        <source>There was not enough memory to load {0} {1}.</source>
        <translation>内存不足，无法载入 {0}（{1}）。</translation>
    </message>
    <message>
        <source>These limits cannot work.</source>
        <translation>这些限制无法使用。</translation>
    </message>
    <message>
        <source>They do not fit into memory together with other programs: close those, or expect it to be slow.</source>
        <translation>它们和其他程序一起时内存放不下：请关闭其他程序，否则会很慢。</translation>
    </message>
    <message>
        <source>This computer could not be looked at.</source>
        <translation>无法检测这台电脑。</translation>
    </message>
    <message>
        <source>This database belongs to another program ({0}).</source>
        <translation>此数据库属于其他程序（{0}）。</translation>
    </message>
    <message>
        <source>This file has</source>
        <translation>此文件中</translation>
    </message>
    <message>
        <source>This file is not a library ({0}).</source>
        <translation>此文件不是会议库（{0}）。</translation>
    </message>
    <message>
        <source>This meeting has no sound.</source>
        <translation>此会议没有声音。</translation>
    </message>
    <message>
        <source>This meeting is being recorded already.</source>
        <translation>此会议已在录制。</translation>
    </message>
    <message>
        <source>This model is small, and is not quantised.</source>
        <translation>此模型很小，不需要量化。</translation>
    </message>
    <message>
        <source>This person is not known any more.</source>
        <translation>此人已不在列表中。</translation>
    </message>
    <message>
        <source>This recording holds no sound.</source>
        <translation>此录音不含声音。</translation>
    </message>
    <message>
        <source>This speaker is no longer there.</source>
        <translation>这位说话人已不存在。</translation>
    </message>
    <message>
        <source>This system has no keyring to keep the key in.</source>
        <translation>此系统没有可以保存密钥的钥匙串。</translation>
    </message>
    <message>
        <source>This text model can only quote, so the minutes are in the language that was spoken.</source>
        <translation>此文本模型只能引用原文，因此纪要使用会议所说的语言。</translation>
    </message>
    <message>
        <source>This video has</source>
        <translation>此视频中</translation>
    </message>
    <message>
        <source>Timing the words of {0} of {1} of speech</source>
        <translation>正在对齐词语时间：{0} / {1} 的讲话</translation>
    </message>
    <message>
        <source>To have them, import that folder: folkmoot models import FOLDER</source>
        <translation>要有校验和，请导入该文件夹：folkmoot models import FOLDER</translation>
    </message>
    <message>
        <source>To try and to test with. It knows a small made-up office world, not real voices and meetings.</source>
        <translation>用于试用和测试。它只认识一个虚构的小型办公室，不适合真实的声音和会议。</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>Transcribing {0} of {1} of speech</source>
        <translation>正在转写：{0} / {1} 的讲话</translation>
    </message>
    <message>
        <source>Try again in a minute.</source>
        <translation>请一分钟后重试。</translation>
    </message>
    <message>
        <source>Try again in some minutes; what has come is kept. Signing in (HF_TOKEN) raises the limit.</source>
        <translation>请几分钟后重试；已下载的部分会保留。登录（HF_TOKEN）可提高上限。</translation>
    </message>
    <message>
        <source>Try again later. If it stays so: {0}</source>
        <translation>请稍后重试。如果一直如此：{0}</translation>
    </message>
    <message>
        <source>Try again later; what has come is kept. If it stays so: {0}</source>
        <translation>请稍后重试；已下载的部分会保留。如果一直如此：{0}</translation>
    </message>
    <message>
        <source>Try again when it is less busy.</source>
        <translation>请在电脑不太忙时重试。</translation>
    </message>
    <message>
        <source>Try it again.</source>
        <translation>请再试一次。</translation>
    </message>
    <message>
        <source>Try it in a meeting in which they say more.</source>
        <translation>请选择此人讲话更多的会议再试。</translation>
    </message>
    <message>
        <source>Type at least one character.</source>
        <translation>请至少输入一个字符。</translation>
    </message>
    <message>
        <source>Unlock it, or set the environment variable {0}.</source>
        <translation>请解锁它，或设置环境变量 {0}。</translation>
    </message>
    <message>
        <source>Unmute it, or allow Folkmoot to use the microphone in the system&apos;s privacy settings.</source>
        <translation>请取消静音，或在系统的隐私设置中允许 Folkmoot 使用麦克风。</translation>
    </message>
    <message>
        <source>Unmute it, or choose another microphone, in the sound settings of the system.</source>
        <translation>请在系统的声音设置中取消静音，或选择其他麦克风。</translation>
    </message>
    <message>
        <source>Unpack it first, and import the folder.</source>
        <translation>请先解压，然后导入文件夹。</translation>
    </message>
    <message>
        <source>Update Folkmoot. Nothing was changed.</source>
        <translation>请更新 Folkmoot。没有更改任何内容。</translation>
    </message>
    <message>
        <source>Usable are folders, .zip and .tar (also .gz, .bz2, .xz).</source>
        <translation>可以使用文件夹、.zip 和 .tar（以及 .gz、.bz2、.xz）。</translation>
    </message>
    <message>
        <source>Usable are: {0}.</source>
        <translation>可以使用的有：{0}。</translation>
    </message>
    <message>
        <source>Use a copy without protection.</source>
        <translation>请使用没有保护的副本。</translation>
    </message>
    <message>
        <source>Use another copy of it.</source>
        <translation>请使用它的其他副本。</translation>
    </message>
    <message>
        <source>Use letters, digits, dots and dashes.</source>
        <translation>请使用字母、数字、点和短横线。</translation>
    </message>
    <message>
        <source>Use small letters, digits, - and _.</source>
        <translation>请使用小写字母、数字、- 和 _。</translation>
    </message>
    <message>
        <source>Use that version.</source>
        <translation>请使用那个版本。</translation>
    </message>
    <message>
        <source>Very good minutes; wants a graphics card with 24 GB.</source>
        <translation>纪要质量很好；最好有 24 GB 的显卡。</translation>
    </message>
    <message>
        <source>Voice encoder</source>
        <translation>声音编码器</translation>
    </message>
    <message>
        <source>Voices are not remembered, because you have not agreed to it.</source>
        <translation>没有记住声音，因为您尚未同意。</translation>
    </message>
    <message>
        <source>Wait for that to finish, or stop it.</source>
        <translation>请等它完成，或停止它。</translation>
    </message>
    <message>
        <source>Wait until it is done, or close it, then try again.</source>
        <translation>请等它完成或关闭它，然后重试。</translation>
    </message>
    <message>
        <source>What has come is kept.</source>
        <translation>已下载的部分会保留。</translation>
    </message>
    <message>
        <source>What was heard is kept.</source>
        <translation>已听到的内容会保留。</translation>
    </message>
    <message>
        <source>What was heard until then is kept.</source>
        <translation>在此之前听到的内容会保留。</translation>
    </message>
    <message>
        <source>What {0} says was changed while the voice was listened to, so it was not remembered.</source>
        <translation>在聆听声音期间，{0} 的发言有改动，因此没有记住该声音。</translation>
    </message>
    <message>
        <source>While its microphone is in use, this Bluetooth headset sounds like a telephone, in both directions.</source>
        <translation>使用这副蓝牙耳机的麦克风时，录音和播放都会变成电话音质。</translation>
    </message>
    <message>
        <source>Windows does not answer about its sound devices.</source>
        <translation>Windows 没有回应声音设备的查询。</translation>
    </message>
    <message>
        <source>Windows does not let Folkmoot record “{0}”.</source>
        <translation>Windows 不允许 Folkmoot 录制“{0}”。</translation>
    </message>
    <message>
        <source>Windows does not let Folkmoot use the microphone.</source>
        <translation>Windows 不允许 Folkmoot 使用麦克风。</translation>
    </message>
    <message>
        <source>Write it like http://host:8000/v1.</source>
        <translation>请写成 http://host:8000/v1 的形式。</translation>
    </message>
    <message>
        <source>Writing minutes</source>
        <translation>正在撰写纪要</translation>
    </message>
    <message>
        <source>Writing minutes, part {0} of {1}</source>
        <translation>正在撰写纪要，第 {0} 部分，共 {1} 部分</translation>
    </message>
    <message>
        <source>Writing the summary</source>
        <translation>正在撰写摘要</translation>
    </message>
    <message>
        <source>a file of that name is in the way</source>
        <translation>已有同名文件</translation>
    </message>
    <message>
        <source>a minute</source>
        <translation>一分钟</translation>
    </message>
    <message>
        <source>a part of that path is a file</source>
        <translation>路径中的某一部分是文件</translation>
    </message>
    <message>
        <source>access is denied</source>
        <translation>没有访问权限</translation>
    </message>
    <message>
        <source>align</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>an unknown language</source>
        <translation>未知语言</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>其他程序正在使用它</translation>
    </message>
    <message>
        <source>audio</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>braces {} around everything are missing</source>
        <translation>缺少包住全部内容的大括号 {}</translation>
    </message>
    <message>
        <source>computer&apos;s sound</source>
        <translation>电脑声音</translation>
    </message>
    <message>
        <source>config.json in {0} does not say what model this is.</source>
        <translation>{0} 中的 config.json 没有说明这是什么模型。</translation>
    </message>
    <message>
        <source>diarize</source>
        <translation>说话人区分</translation>
    </message>
    <message>
        <source>exit code {0}</source>
        <translation>退出代码 {0}</translation>
    </message>
    <message>
        <source>from {0}</source>
        <translation>从 {0} 起</translation>
    </message>
    <message>
        <source>in 16 bits on {0}</source>
        <translation>在 {0} 上以 16 位</translation>
    </message>
    <message>
        <source>in 32 bits on {0}</source>
        <translation>在 {0} 上以 32 位</translation>
    </message>
    <message>
        <source>in 4 bits on {0}</source>
        <translation>在 {0} 上以 4 位</translation>
    </message>
    <message>
        <source>in 8 bits on {0}</source>
        <translation>在 {0} 上以 8 位</translation>
    </message>
    <message>
        <source>it announces {0} bytes instead of {1}</source>
        <translation>它声明有 {0} 字节，而不是 {1}</translation>
    </message>
    <message>
        <source>it ended after {0} of {1} bytes</source>
        <translation>它在 {1} 字节中的 {0} 处中断</translation>
    </message>
    <message>
        <source>it has less of it than came before</source>
        <translation>它比之前收到的还少</translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation>它是文件夹</translation>
    </message>
    <message>
        <source>it is private, gone, or wants you to sign in</source>
        <translation>它是私有的、已不存在，或需要您登录</translation>
    </message>
    <message>
        <source>it sends another part of it than was asked for</source>
        <translation>它发送的不是所请求的部分</translation>
    </message>
    <message>
        <source>it sends more than it announced</source>
        <translation>它发送的比声明的多</translation>
    </message>
    <message>
        <source>it sounds different at {0}</source>
        <translation>{0} 处听起来不同</translation>
    </message>
    <message>
        <source>its licence is another than the one Folkmoot knows of.</source>
        <translation>它的许可与 Folkmoot 所知的不同。</translation>
    </message>
    <message>
        <source>its owner wants to be asked first</source>
        <translation>需要先征得所有者同意</translation>
    </message>
    <message>
        <source>its quiet parts sound different</source>
        <translation>安静的部分听起来不同</translation>
    </message>
    <message>
        <source>its usual value</source>
        <translation>默认值</translation>
    </message>
    <message>
        <source>macOS gives Folkmoot silence instead of the computer&apos;s sound.</source>
        <translation>macOS 给 Folkmoot 的是静音，而不是电脑声音。</translation>
    </message>
    <message>
        <source>macOS gives Folkmoot silence instead of the microphone.</source>
        <translation>macOS 给 Folkmoot 的是静音，而不是麦克风的声音。</translation>
    </message>
    <message>
        <source>main</source>
        <translation>主</translation>
    </message>
    <message>
        <source>mic</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>no model for the times of words is installed</source>
        <translation>没有安装对齐词语时间的模型</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>还没有</translation>
    </message>
    <message>
        <source>of its weights {0} are missing</source>
        <translation>权重中缺少 {0}</translation>
    </message>
    <message>
        <source>processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>some</source>
        <translation>一些</translation>
    </message>
    <message>
        <source>sound output</source>
        <translation>声音输出设备</translation>
    </message>
    <message>
        <source>speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>speech</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>summarised</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>system</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>system audio</source>
        <translation>系统声音</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>that place is read-only</source>
        <translation>该位置是只读的</translation>
    </message>
    <message>
        <source>the computer&apos;s sound</source>
        <translation>电脑声音</translation>
    </message>
    <message>
        <source>the connection ended</source>
        <translation>连接已中断</translation>
    </message>
    <message>
        <source>the device asks for nothing any more</source>
        <translation>设备不再请求数据</translation>
    </message>
    <message>
        <source>the device was removed</source>
        <translation>设备已被移除</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>the disk quota is used up</source>
        <translation>磁盘配额已用完</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>磁盘报告错误</translation>
    </message>
    <message>
        <source>the microphone&apos;s sound</source>
        <translation>麦克风声音</translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation>名称太长</translation>
    </message>
    <message>
        <source>the packed file has {0} samples instead of {1}</source>
        <translation>压缩后的文件有 {0} 个采样，而不是 {1} 个</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>the server records “{0}” instead</source>
        <translation>服务器改为录制“{0}”</translation>
    </message>
    <message>
        <source>the sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>the stream was not opened in time</source>
        <translation>声音流没有及时打开</translation>
    </message>
    <message>
        <source>the {0} track</source>
        <translation>{0} 音轨</translation>
    </message>
    <message>
        <source>there is no such file or folder</source>
        <translation>没有这样的文件或文件夹</translation>
    </message>
    <message>
        <source>there is no text</source>
        <translation>没有文字</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>transcribed</source>
        <translation>转写</translation>
    </message>
    <message>
        <source>word times</source>
        <translation>词语时间</translation>
    </message>
    <message>
        <source>{0} ({1} of the speech)</source>
        <translation>{0}（占讲话的 {1}）</translation>
    </message>
    <message>
        <source>{0} has another model under this name, or an incomplete one.</source>
        <translation>{0} 上这个名称对应的是另一个模型，或模型不完整。</translation>
    </message>
    <message>
        <source>{0} is damaged: hardly any sound could be decoded.</source>
        <translation>{0} 已损坏：几乎无法解码出任何声音。</translation>
    </message>
    <message>
        <source>{0} is damaged: of the {1} it announces, only {2} s could be decoded.</source>
        <translation>{0} 已损坏：文件标明时长 {1}，只能解码出 {2} 秒。</translation>
    </message>
    <message>
        <source>{0} of your notes could not be read whole by the text model.</source>
        <translation>您的笔记中有 {0} 条未能被文本模型完整读取。</translation>
    </message>
    <message>
        <source>Folkmoot&apos;s folder could not be created: {0} ({1}).</source>
        <translation>无法创建 Folkmoot 的文件夹：{0}（{1}）。</translation>
    </message>
    <message>
        <source>It may have been renamed, or this mirror does not have it.</source>
        <translation>它可能已改名，或者此镜像没有它。</translation>
    </message>
    <message>
        <source>It takes Python 3.12 or later, and this is {0}.</source>
        <translation>需要 Python 3.12 或更新版本，而这里是 {0}。</translation>
    </message>
    <message>
        <source>It takes macOS 14.2 or later, and this is {0}.</source>
        <translation>需要 macOS 14.2 或更新版本，而这里是 {0}。</translation>
    </message>
    <message>
        <source>Only {0} GB of {1} are free at present: another program uses it.</source>
        <translation>目前 {1} 只有 {0} GB 可用：其他程序正在使用它。</translation>
    </message>
    <message>
        <source>Run dev.py again.</source>
        <translation>请重新运行 dev.py。</translation>
    </message>
    <message>
        <source>The file could not be written: {0} ({1}).</source>
        <translation>无法写入文件：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The folder for models cannot be written to: {0} ({1}).</source>
        <translation>无法写入模型的文件夹：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The folder for models could not be created: {0} ({1}).</source>
        <translation>无法创建模型的文件夹：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The folder of the meeting could not be created: {0} ({1}).</source>
        <translation>无法创建会议的文件夹：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The folder of the settings could not be created: {0} ({1}).</source>
        <translation>无法创建设置的文件夹：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The journal of this recording could not be read: {0} ({1}).</source>
        <translation>无法读取此录音的日志：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The library cannot be used: {0} ({1}).</source>
        <translation>无法使用会议库：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The library could not be copied before updating it: {0} ({1}).</source>
        <translation>升级前无法复制会议库：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The library&apos;s folder could not be created: {0} ({1}).</source>
        <translation>无法创建会议库的文件夹：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The line or a proxy changes what goes through, or the mirror is out of order.</source>
        <translation>网络线路或代理改动了传输的内容，或者镜像有故障。</translation>
    </message>
    <message>
        <source>The list of servers could not be read: {0} ({1}).</source>
        <translation>无法读取服务器列表：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The list of servers could not be written: {0} ({1}).</source>
        <translation>无法写入服务器列表：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The meeting is deleted, but some of its files are left until the next start: {0} ({1}).</source>
        <translation>会议已删除，但部分文件要到下次启动时才会清除：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The model could not be copied: {0} ({1}).</source>
        <translation>无法复制模型：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The model could not be moved into its place: {0} ({1}).</source>
        <translation>无法把模型移到目标位置：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The model could not be read: {0} ({1}).</source>
        <translation>无法读取模型：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The model could not be removed: {0} ({1}).</source>
        <translation>无法移除模型：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The model could not be stored: {0} ({1}).</source>
        <translation>无法保存模型：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The package catap is missing: run dev.py again.</source>
        <translation>缺少软件包 catap：请重新运行 dev.py。</translation>
    </message>
    <message>
        <source>The processor was too busy to be measured: ask again when it rests; larger models may do.</source>
        <translation>处理器太忙，无法测量：请在它空闲时重新检测；也许可以使用更大的模型。</translation>
    </message>
    <message>
        <source>The recording could not be packed: {0} ({1}).</source>
        <translation>无法压缩录音：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The recording could not be repaired: {0} ({1}).</source>
        <translation>无法修复录音：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The recording could not begin: {0} ({1}).</source>
        <translation>无法开始录音：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The recording ended because it could not be written: {0} ({1}).</source>
        <translation>因为无法写入，录音已结束：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The settings could not be read: {0} ({1}).</source>
        <translation>无法读取设置：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The settings could not be understood and are the defaults now.</source>
        <translation>设置内容无法识别，现在使用默认值。</translation>
    </message>
    <message>
        <source>Together they need about {0} GB of memory while they work. This is an estimate.</source>
        <translation>它们一起工作时大约需要 {0} GB 内存。这是估算值。</translation>
    </message>
    <message>
        <source>Whether this meeting is being recorded could not be seen: {0} ({1}).</source>
        <translation>无法确定此会议是否正在录制：{0}（{1}）。</translation>
    </message>
    <message>
        <source>{0} and {1}</source>
        <translation>{0} 和 {1}</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} 等（另有 {1} 个）</translation>
    </message>
    <message>
        <source>{0} answered something that is no list of the files of {1}.</source>
        <translation>{0} 的回答不是 {1} 的文件列表。</translation>
    </message>
    <message>
        <source>{0} answered with something that cannot be understood.</source>
        <translation>{0} 的回答无法识别。</translation>
    </message>
    <message>
        <source>{0} arrived damaged and is fetched again.</source>
        <translation>{0} 下载后已损坏，正在重新下载。</translation>
    </message>
    <message>
        <source>{0} arrived damaged twice: its checksum is not the one that {1} gives for it.</source>
        <translation>{0} 两次下载后都已损坏：校验和与 {1} 提供的不同。</translation>
    </message>
    <message>
        <source>{0} at {1}</source>
        <translation>{1} 处 {0}</translation>
    </message>
    <message>
        <source>{0} bytes</source>
        <translation>{0} 字节</translation>
    </message>
    <message>
        <source>{0} can name another place for everything Folkmoot keeps.</source>
        <translation>可以用 {0} 为 Folkmoot 保存的所有内容指定其他位置。</translation>
    </message>
    <message>
        <source>{0} cannot be found: there is no network here, or it blocks that name.</source>
        <translation>找不到 {0}：这里没有网络，或网络屏蔽了该名称。</translation>
    </message>
    <message>
        <source>{0} cannot be opened: {1}.</source>
        <translation>无法打开 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} cannot be reached ({1}).</source>
        <translation>无法连接 {0}（{1}）。</translation>
    </message>
    <message>
        <source>{0} cannot be reached, or broke off in the middle of its answer.</source>
        <translation>无法连接 {0}，或它在回答中途断开。</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}).</source>
        <translation>无法读取 {0}（{1}）。</translation>
    </message>
    <message>
        <source>{0} cannot be read further: {1}.</source>
        <translation>无法继续读取 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} cannot be used by this version of Folkmoot.</source>
        <translation>此版本的 Folkmoot 无法使用 {0}。</translation>
    </message>
    <message>
        <source>{0} core</source>
        <translation>{0} 个核心</translation>
    </message>
    <message>
        <source>{0} cores</source>
        <translation>{0} 个核心</translation>
    </message>
    <message>
        <source>{0} could not be read: {1}.</source>
        <translation>无法读取 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} damaged pieces</source>
        <translation>{0} 处损坏的部分</translation>
    </message>
    <message>
        <source>{0} did not answer within {1} s.</source>
        <translation>{0} 在 {1} 秒内没有响应。</translation>
    </message>
    <message>
        <source>{0} does not accept the key.</source>
        <translation>{0} 不接受该密钥。</translation>
    </message>
    <message>
        <source>{0} does not give out {1}: {2} ({3}).</source>
        <translation>{0} 不提供 {1}：{2}（{3}）。</translation>
    </message>
    <message>
        <source>{0} does not know this model or this way of asking: {1}</source>
        <translation>{0} 不认识此模型或这种请求方式：{1}</translation>
    </message>
    <message>
        <source>{0} does not know {1}.</source>
        <translation>{0} 不支持 {1}。</translation>
    </message>
    <message>
        <source>{0} does not send {1} as it is listed: {2}.</source>
        <translation>{0} 发送的 {1} 与列表不符：{2}。</translation>
    </message>
    <message>
        <source>{0} failed: {1}</source>
        <translation>{0} 出错：{1}</translation>
    </message>
    <message>
        <source>{0} gives no checksum for {1}, so it cannot be trusted.</source>
        <translation>{0} 没有提供 {1} 的校验和，因此不能信任它。</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} 小时 {1} 分钟</translation>
    </message>
    <message>
        <source>{0} has a licence with conditions, {1}: {2}</source>
        <translation>{0} 的许可 {1} 附有条件：{2}</translation>
    </message>
    <message>
        <source>{0} has a licence with conditions.</source>
        <translation>{0} 的许可附有条件。</translation>
    </message>
    <message>
        <source>{0} has another content than it had when it came.</source>
        <translation>{0} 的内容与获取时不同。</translation>
    </message>
    <message>
        <source>{0} has no chat template (chat_template.jinja).</source>
        <translation>{0} 没有对话模板（chat_template.jinja）。</translation>
    </message>
    <message>
        <source>{0} has no processor_config.json.</source>
        <translation>{0} 没有 processor_config.json。</translation>
    </message>
    <message>
        <source>{0} has no tokenizer (tokenizer.json).</source>
        <translation>{0} 没有分词器（tokenizer.json）。</translation>
    </message>
    <message>
        <source>{0} has no weights (model.safetensors).</source>
        <translation>{0} 没有权重（model.safetensors）。</translation>
    </message>
    <message>
        <source>{0} has no {1} in {2}.</source>
        <translation>{0} 的 {2} 中没有 {1}。</translation>
    </message>
    <message>
        <source>{0} has no {1}, so it is no model folder.</source>
        <translation>{0} 没有 {1}，因此不是模型文件夹。</translation>
    </message>
    <message>
        <source>{0} has no {1}, so there are no checksums to compare with: it was put there by hand.</source>
        <translation>{0} 中没有 {1}，因此没有可以核对的校验和：它是手动放入的。</translation>
    </message>
    <message>
        <source>{0} has no {1}.</source>
        <translation>{0} 没有 {1}。</translation>
    </message>
    <message>
        <source>{0} has trouble of its own ({1}).</source>
        <translation>{0} 自身出现故障（{1}）。</translation>
    </message>
    <message>
        <source>{0} has {1} GB of memory and computes in {2}.</source>
        <translation>{0} 有 {1} GB 显存，以 {2} 计算。</translation>
    </message>
    <message>
        <source>{0} has {1} bytes instead of {2}.</source>
        <translation>{0} 有 {1} 字节，而不是 {2} 字节。</translation>
    </message>
    <message>
        <source>{0} holds a model of a kind that cannot be used here ({1}).</source>
        <translation>{0} 中的模型种类在此无法使用（{1}）。</translation>
    </message>
    <message>
        <source>{0} holds another kind of model ({1}) than its name says.</source>
        <translation>{0} 中的模型种类（{1}）与其名称不符。</translation>
    </message>
    <message>
        <source>{0} holds no model with config.json and .safetensors files.</source>
        <translation>{0} 没有包含 config.json 和 .safetensors 文件的模型。</translation>
    </message>
    <message>
        <source>{0} holds the model in its original form, which cannot be loaded here.</source>
        <translation>{0} 中是模型的原始形式，在此无法载入。</translation>
    </message>
    <message>
        <source>{0} invalid sample values were replaced by silence.</source>
        <translation>已用静音代替 {0} 个无效的采样值。</translation>
    </message>
    <message>
        <source>{0} is a document, not sound.</source>
        <translation>{0} 是文档，不是声音。</translation>
    </message>
    <message>
        <source>{0} is a folder, not a recording.</source>
        <translation>{0} 是文件夹，不是录音。</translation>
    </message>
    <message>
        <source>{0} is a text file, not a recording.</source>
        <translation>{0} 是文本文件，不是录音。</translation>
    </message>
    <message>
        <source>{0} is a {1} model and cannot be used as a {2} model.</source>
        <translation>{0} 是 {1} 模型，不能用作 {2} 模型。</translation>
    </message>
    <message>
        <source>{0} is back.</source>
        <translation>{0} 已恢复。</translation>
    </message>
    <message>
        <source>{0} is being fetched, imported or removed already, in another window or command.</source>
        <translation>{0} 正在另一个窗口或命令中下载、导入或移除。</translation>
    </message>
    <message>
        <source>{0} is copy-protected, so its sound cannot be decoded.</source>
        <translation>{0} 受版权保护，无法解码其中的声音。</translation>
    </message>
    <message>
        <source>{0} is damaged or was not copied to its end.</source>
        <translation>{0} 已损坏，或没有复制完整。</translation>
    </message>
    <message>
        <source>{0} is damaged.</source>
        <translation>{0} 已损坏。</translation>
    </message>
    <message>
        <source>{0} is empty.</source>
        <translation>{0} 是空的。</translation>
    </message>
    <message>
        <source>{0} is here but not used: the installed torch ({1}) cannot use it. Install a torch built for CUDA, as https://pytorch.org/get-started/locally says, and ask again.</source>
        <translation>{0} 存在但没有使用：所安装的 torch（{1}）无法使用它。请按 https://pytorch.org/get-started/locally 的说明安装支持 CUDA 的 torch，然后重新检测。</translation>
    </message>
    <message>
        <source>{0} is known but cannot be used by this version of Folkmoot.</source>
        <translation>{0} 是已知的模型，但此版本的 Folkmoot 无法使用。</translation>
    </message>
    <message>
        <source>{0} is missing.</source>
        <translation>缺少 {0}。</translation>
    </message>
    <message>
        <source>{0} is neither a folder nor an archive that can be read here.</source>
        <translation>{0} 既不是文件夹，也不是这里可以读取的压缩包。</translation>
    </message>
    <message>
        <source>{0} is not a recording that can be read, or it is damaged at its start.</source>
        <translation>{0} 不是可以读取的录音，或者开头已损坏。</translation>
    </message>
    <message>
        <source>{0} is not a track that was recorded here.</source>
        <translation>{0} 不是在这里录制的音轨。</translation>
    </message>
    <message>
        <source>{0} is not an ordinary file.</source>
        <translation>{0} 不是普通文件。</translation>
    </message>
    <message>
        <source>{0} is not installed.</source>
        <translation>{0} 没有安装。</translation>
    </message>
    <message>
        <source>{0} is part of Folkmoot and cannot be fetched.</source>
        <translation>{0} 是 Folkmoot 的一部分，无需下载。</translation>
    </message>
    <message>
        <source>{0} is the original form of this model, which cannot be loaded here.</source>
        <translation>{0} 是此模型的原始形式，在此无法载入。</translation>
    </message>
    <message>
        <source>{0} is too big for this computer now: even {1} it needs {2} of memory, and {3} are free.</source>
        <translation>{0} 对这台电脑目前来说太大：即使 {1} 运行也需要 {2} 内存，而可用 {3}。</translation>
    </message>
    <message>
        <source>{0} is too busy, or its quota is used up: {1}</source>
        <translation>{0} 太忙，或其配额已用完：{1}</translation>
    </message>
    <message>
        <source>{0} is where {1} is installed.</source>
        <translation>{0} 就是 {1} 的安装位置。</translation>
    </message>
    <message>
        <source>{0} left out, for the other track has the same words.</source>
        <translation>{0} 已省略，因为另一条音轨有相同的内容。</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} minute</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} minutes</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} names no weights</source>
        <translation>{0} 没有列出权重</translation>
    </message>
    <message>
        <source>{0} needs {1} more, and {2} are free on the disk of {3}.</source>
        <translation>{0} 还需要 {1}，而 {3} 所在的磁盘可用 {2}。</translation>
    </message>
    <message>
        <source>{0} never speaks alone for long enough in this meeting to remember the voice.</source>
        <translation>{0} 在此会议中没有足够长的单独讲话，无法记住声音。</translation>
    </message>
    <message>
        <source>{0} no sound in it: {1}.</source>
        <translation>{0} 没有声音：{1}。</translation>
    </message>
    <message>
        <source>{0} of the file could not be decoded (about {1} s).</source>
        <translation>文件中有 {0} 无法解码（约 {1} 秒）。</translation>
    </message>
    <message>
        <source>{0} of the file could not be decoded.</source>
        <translation>文件中有 {0} 无法解码。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} of {1} are missing at {2}.</source>
        <translation>{1} 在 {2} 处缺失 {0}。</translation>
    </message>
    <message>
        <source>{0} of {1} are missing in {2} places; the longest is {3} at {4}.</source>
        <translation>{1} 有 {2} 处缺失，共 {0}；最长的一处在 {4}，长 {3}。</translation>
    </message>
    <message>
        <source>{0} on {1}</source>
        <translation>{1} 上的 {0}</translation>
    </message>
    <message>
        <source>{0} ran out of memory in every way it can run here.</source>
        <translation>{0} 用尽了所有运行方式，内存仍然不足。</translation>
    </message>
    <message>
        <source>{0} ran out of memory {1} and goes on {2}.</source>
        <translation>{0} {1} 运行时内存不足，现改为 {2} 继续运行。</translation>
    </message>
    <message>
        <source>{0} ran out of memory {1}; models that were not in use were unloaded.</source>
        <translation>{0} {1} 运行时内存不足；已卸载没有使用的模型。</translation>
    </message>
    <message>
        <source>{0} ran out of memory.</source>
        <translation>{0} 内存不足。</translation>
    </message>
    <message>
        <source>{0} refused the request: {1}</source>
        <translation>{0} 拒绝了请求：{1}</translation>
    </message>
    <message>
        <source>{0} refused to give {1} ({2}).</source>
        <translation>{0} 拒绝提供 {1}（{2}）。</translation>
    </message>
    <message>
        <source>{0} remarks that the microphone picked up from the loudspeaker are</source>
        <translation>麦克风从扬声器录到的 {0} 句话</translation>
    </message>
    <message>
        <source>{0} runs in 8 bits, which were measured to be clearly faster on this processor.</source>
        <translation>{0} 以 8 位运行；经测量，在此处理器上明显更快。</translation>
    </message>
    <message>
        <source>{0} runs in 8 bits: in 16 it would not fit on {1}.</source>
        <translation>{0} 以 8 位运行：16 位时 {1} 放不下。</translation>
    </message>
    <message>
        <source>{0} runs {1}, because there is not enough memory free for more.</source>
        <translation>{0} {1} 运行，因为可用内存不足。</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} samples of the packed file differ</source>
        <translation>压缩后的文件有 {0} 个采样不同</translation>
    </message>
    <message>
        <source>{0} says that too much was asked of it from your network (429).</source>
        <translation>{0} 表示来自您网络的请求过多（429）。</translation>
    </message>
    <message>
        <source>{0} segments could not be read by the text model and are not in the minutes.</source>
        <translation>文本模型无法读取 {0} 个段落，它们不在纪要中。</translation>
    </message>
    <message>
        <source>{0} was never finished: its index (the moov part) is missing, without which its sound cannot be found.</source>
        <translation>{0} 没有写完：缺少索引（moov 部分），因此找不到其中的声音。</translation>
    </message>
    <message>
        <source>{0} was short of memory: its batches now hold {1} s of sound, in windows of {2} s at most.</source>
        <translation>{0} 内存不足：现在每批处理 {1} 秒的声音，每个窗口最多 {2} 秒。</translation>
    </message>
    <message>
        <source>{0} works in batches of {1} s, because little memory is free.</source>
        <translation>{0} 以每批 {1} 秒的方式工作，因为可用内存很少。</translation>
    </message>
    <message>
        <source>{0}. {1}</source>
        <translation>{0}；{1}</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>“{0}” cannot be a server&apos;s name.</source>
        <translation>“{0}”不能作为服务器的名称。</translation>
    </message>
    <message>
        <source>“{0}” cannot be opened: {1}.</source>
        <translation>无法打开“{0}”：{1}。</translation>
    </message>
    <message>
        <source>“{0}” cannot be recorded: {1}.</source>
        <translation>无法录制“{0}”：{1}。</translation>
    </message>
    <message>
        <source>“{0}” delivers no sound any more.</source>
        <translation>“{0}”不再传来声音。</translation>
    </message>
    <message>
        <source>“{0}” delivers no sound.</source>
        <translation>“{0}”没有传来声音。</translation>
    </message>
    <message>
        <source>“{0}” fits several: {1}.</source>
        <translation>有几个设备符合“{0}”：{1}。</translation>
    </message>
    <message>
        <source>“{0}” has a format that cannot be recorded.</source>
        <translation>“{0}”的格式无法录制。</translation>
    </message>
    <message>
        <source>“{0}” has to be a text of at most 100 characters</source>
        <translation>“{0}”必须是不超过 100 个字符的文字</translation>
    </message>
    <message>
        <source>“{0}” is damaged in the library and cannot be opened.</source>
        <translation>“{0}”在会议库中已损坏，无法打开。</translation>
    </message>
    <message>
        <source>“{0}” is in use by another program that keeps it to itself.</source>
        <translation>“{0}”正被其他程序独占使用。</translation>
    </message>
    <message>
        <source>“{0}” is no hub to fetch models from.</source>
        <translation>“{0}”不是可以下载模型的站点。</translation>
    </message>
    <message>
        <source>“{0}” is no language that can be transcribed.</source>
        <translation>“{0}”不是可以转写的语言。</translation>
    </message>
    <message>
        <source>“{0}” is no way to send sound.</source>
        <translation>“{0}”不是发送声音的方式。</translation>
    </message>
    <message>
        <source>“{0}” is not connected.</source>
        <translation>“{0}”没有连接。</translation>
    </message>
    <message>
        <source>“{0}” is not connected; “{1}” is recorded instead.</source>
        <translation>“{0}”没有连接；改为录制“{1}”。</translation>
    </message>
    <message>
        <source>“{0}” is not the address of a server.</source>
        <translation>“{0}”不是服务器的地址。</translation>
    </message>
    <message>
        <source>“{0}” is what “{1}” plays, not a microphone.</source>
        <translation>“{0}”是“{1}”播放的声音，不是麦克风。</translation>
    </message>
    <message>
        <source>“{0}” was disconnected or changed.</source>
        <translation>“{0}”已断开或已更改。</translation>
    </message>
</context>
<context>
    <name>pictures</name>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Somebody</source>
        <translation>某人</translation>
    </message>
    <message>
        <source>%n %</source>
        <translation>%n %</translation>
    </message>
    <message>
        <source>Who spoke when</source>
        <translation>发言时间分布</translation>
    </message>
    <message>
        <source>Share of talk</source>
        <translation>发言占比</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>After %n days</source>
        <translation>%n 天后</translation>
    </message>
    <message>
        <source>%n %</source>
        <translation>%n %</translation>
    </message>
</context>
</TS>
