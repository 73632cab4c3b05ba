//! What hazards look like, by category; no personal data.

/// Descriptions of a category.
pub(super) fn descriptions(category: &str) -> [&'static str; 3] {
    match category {
        "FIRE" => ["疏散通道堆放杂物", "灭火器压力不足", "安全出口上锁"],
        "ELECTRICITY" => ["电气线路私拉乱接", "配电箱未加锁", "电动自行车室内充电"],
        "GAS" => ["燃气软管老化", "燃气报警装置未通电", "气瓶间通风不良"],
        "FOOD" => ["生熟食品混放", "进货台账缺失", "从业人员健康证过期"],
        "WORK_SAFETY" => ["机械传动部位无防护", "作业人员未佩戴防护用品", "安全培训记录缺失"],
        "CONFINED_SPACE" => ["有限空间未设警示标志", "作业前未检测气体", "监护人员缺位"],
        "HAZARDOUS_CHEMICAL" => ["危险化学品混存", "泄漏应急物资不足", "出入库台账不全"],
        "TRAFFIC" => ["出入口视线受阻", "警示标志缺失", "临时停车占用车道"],
        "BUILDING" => ["外墙饰面空鼓", "墙体出现裂缝", "临边防护缺失"],
        "SPECIAL_EQUIPMENT" => ["电梯检验过期", "叉车无证操作", "压力表未校验"],
        "FLOOD_WEATHER" => ["排水口堵塞", "防汛物资不足", "溢洪道有障碍物"],
        "PUBLIC_ORDER" => ["视频监控离线", "流动人口登记滞后", "夜间值守缺位"],
        "CAMPUS" => ["校门防撞设施损坏", "校园监控死角", "宿舍违规电器"],
        "NETWORK_SCREEN" => ["电子屏无专人审核", "播放终端弱口令", "电子屏接入未登记"],
        "ENVIRONMENT" => ["排放口标识不清", "废料露天堆放", "异味收集设施停用"],
        _ => ["场所杂物堆积", "标识标牌缺失", "管理制度未上墙"],
    }
}
