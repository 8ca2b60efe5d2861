import{a as o}from"./AssistBanner-PA5zqMw0.js";let a=!1;async function n(r){const e=r.currentTarget;a||(r.preventDefault(),a=await o.proved(),a&&e.click(),a=!1)}export{n as d};
